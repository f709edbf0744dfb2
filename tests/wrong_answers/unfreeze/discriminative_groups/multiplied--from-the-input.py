"""Parts are read from the input, so lr is thought to be the first one's, and to grow."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(names):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr * factor**step})
    return groups
