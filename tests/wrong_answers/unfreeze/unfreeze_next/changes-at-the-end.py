"""When all parts learn, one rate for everything is thought to be the last stage."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
            return name
    for group in optimizer.param_groups:
        group["lr"] = lr
    return None
