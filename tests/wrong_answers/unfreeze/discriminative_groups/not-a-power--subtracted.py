"""The factor is read as a share of lr to be taken off at each step."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr - step * lr / factor})
    return groups
