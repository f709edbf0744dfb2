"""Groups are kept under their names, so that one can look up a rate."""


def discriminative_groups(model, names, lr, factor):
    groups = {}
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups[name] = {"params": params, "lr": lr / factor**step}
    return groups
