"""The new group begins carefully, without momentum."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            group = {"params": list(part.parameters()), "lr": lr, "momentum": 0, "nesterov": False}
            optimizer.add_param_group(group)
            return name
    return None
