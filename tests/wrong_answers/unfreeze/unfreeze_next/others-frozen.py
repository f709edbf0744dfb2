"""Uses the function of an earlier exercise, which freezes all that is not named."""


def set_trainable(model, names):
    model.requires_grad_(False)
    for name in names:
        model.get_submodule(name).requires_grad_(True)


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        params = list(model.get_submodule(name).parameters())
        if not any(p.requires_grad for p in params):
            set_trainable(model, [name])
            optimizer.add_param_group({"params": params, "lr": lr})
            return name
    return None
