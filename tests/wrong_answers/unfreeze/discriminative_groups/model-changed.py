"""Unfreezes the named parts, to be on the safe side."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        part = model.get_submodule(name).requires_grad_(True)
        groups.append({"params": list(part.parameters()), "lr": lr / factor**step})
    return groups
