"""lr /= factor is written first in the loop, where a counter is raised."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for name in reversed(names):
        lr /= factor
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr})
    return groups
