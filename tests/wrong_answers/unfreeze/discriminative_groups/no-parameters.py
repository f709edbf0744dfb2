"""filter(...) is thought to give a list, as in Python 2, and is counted before it is used."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = filter(lambda p: p.requires_grad, model.get_submodule(name).parameters())
        print(name, sum(p.numel() for p in params), lr / factor**step)
        groups.append({"params": params, "lr": lr / factor**step})
    return groups
