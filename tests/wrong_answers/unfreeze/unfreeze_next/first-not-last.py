"""Walks through names from the input."""


def unfreeze_next(model, optimizer, names, lr):
    for name in names:
        params = list(model.get_submodule(name).parameters())
        if not any(p.requires_grad for p in params):
            for p in params:
                p.requires_grad = True
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
