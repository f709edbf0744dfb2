"""A loop over all that is frozen, and the name that it ended with."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        params = list(model.get_submodule(name).parameters())
        if not any(p.requires_grad for p in params):
            for p in params:
                p.requires_grad = True
            optimizer.add_param_group({"params": params, "lr": lr})
    return name
