"""lr is divided from group to group, beginning at the wrong end."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for name in names:
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr})
        lr /= factor
    return groups
