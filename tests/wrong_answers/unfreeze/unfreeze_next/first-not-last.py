"""A loop over names begins with the first, and unfreezing is thought to do so too."""


def unfreeze_next(model, optimizer, names, lr):
    for name in names:
        params = list(model.get_submodule(name).parameters())
        if not any(p.requires_grad for p in params):
            for p in params:
                p.requires_grad = True
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
