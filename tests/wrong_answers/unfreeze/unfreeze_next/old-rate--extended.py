"""param_groups[0] is taken for the optimizer's list of parameters, as it mostly is."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.param_groups[0]["params"].extend(part.parameters())
            return name
    return None
