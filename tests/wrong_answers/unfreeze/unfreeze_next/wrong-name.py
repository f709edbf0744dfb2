"""The part is at hand in the loop, and is thought to say its name."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            optimizer.add_param_group({"params": list(part.parameters()), "lr": lr})
            return part
    return None
