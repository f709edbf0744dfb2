"""lr / factor is written as if it changed lr, like a method that works in place."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for name in reversed(names):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr})
        lr / factor
    return groups
