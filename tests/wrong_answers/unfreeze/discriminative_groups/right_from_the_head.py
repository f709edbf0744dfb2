"""From the last part to the first, the rate divided on the way."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for name in reversed(names):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr})
        lr = lr / factor
    return groups
