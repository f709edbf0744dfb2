"""A part counts as frozen as soon as one of its parameters is, such as that of a BatchNorm."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not all(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.add_param_group({"params": part.parameters(), "lr": lr})
            return name
    return None
