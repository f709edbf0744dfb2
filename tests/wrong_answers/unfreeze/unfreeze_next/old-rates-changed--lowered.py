"""Lowers the other rates as well, now that more of the model learns."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            for group in optimizer.param_groups:
                group["lr"] /= 10
            optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
            return name
    return None
