"""A group for each part, and one for the whole model besides."""


def discriminative_groups(model, names, lr, factor):
    groups = [{"params": [p for p in model.parameters() if p.requires_grad], "lr": lr}]
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
