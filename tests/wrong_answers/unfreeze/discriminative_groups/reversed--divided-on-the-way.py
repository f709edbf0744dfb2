"""Parts are walked through as they are listed, and lr is divided on the way."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for name in names:
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr})
        lr /= factor
    return groups
