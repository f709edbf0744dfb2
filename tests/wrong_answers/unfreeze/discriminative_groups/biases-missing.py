"""Weights is the usual word for parameters, so their names are searched for it."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        named = model.get_submodule(name).named_parameters()
        params = [p for n, p in named if p.requires_grad and "weight" in n]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
