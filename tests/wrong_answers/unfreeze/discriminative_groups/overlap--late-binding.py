"""A generator is thought to keep the name of its turn; it looks it up when it is used."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        named = model.named_parameters()
        params = (p for n, p in named if n.startswith(name + ".") and p.requires_grad)
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
