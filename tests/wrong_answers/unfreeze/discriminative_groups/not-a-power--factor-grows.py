"""Two ways to the same rates, dividing on and taking a power, end up in one line."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        lr = lr / factor**step
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr})
    return groups
