"""One "factor times slower" after the other is added up, as factor times the steps."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        groups.append({"params": params, "lr": lr / (factor * step) if step else lr})
    return groups
