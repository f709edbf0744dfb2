"""[0] is a habit from param_groups[0], where the one entry stands for everything."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params[0], "lr": lr / factor**step})
    return groups
