"""Only what belongs to the part directly: a stage has no parameters of its own."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        own = model.get_submodule(name).parameters(recurse=False)
        groups.append({"params": [p for p in own if p.requires_grad], "lr": lr / factor**step})
    return groups
