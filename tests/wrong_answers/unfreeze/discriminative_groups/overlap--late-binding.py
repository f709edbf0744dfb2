"""Generators that look up the name only when they are used: all of them mean the last one."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        named = model.named_parameters()
        params = (p for n, p in named if n.startswith(name + ".") and p.requires_grad)
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
