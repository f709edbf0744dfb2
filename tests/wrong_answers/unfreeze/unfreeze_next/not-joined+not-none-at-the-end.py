"""The optimizer holds model.fc alone, which is forgotten; the name of the loop outlives it."""


def unfreeze_next(model, optimizer, names, lr):
    for name in reversed(names):
        part = model.get_submodule(name)
        if not any(p.requires_grad for p in part.parameters()):
            part.requires_grad_(True)
            break
    return name
