"""startswith without the dot: layer10 is in the group of layer1 as well."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for n, p in model.named_parameters() if n.startswith(name) and p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
