"""An optimizer is thought to hold what is being trained now: the new part."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.param_groups = []
            optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
            return name
    return None
