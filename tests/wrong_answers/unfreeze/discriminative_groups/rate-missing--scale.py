"""A factor under another name, which no optimizer reads: seen in a well-known script."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr_scale": 1 / factor**step})
    return groups
