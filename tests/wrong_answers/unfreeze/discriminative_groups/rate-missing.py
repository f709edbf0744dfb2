"""The last part gets no rate, because lr is the optimizer's own anyway."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        group = {"params": params}
        if step > 0:
            group["lr"] = lr / factor**step
        groups.append(group)
    return groups
