"""recurse=False, known as the way to avoid doubles, leaves a stage without parameters."""


def discriminative_groups(model, names, lr, factor):
    groups = []
    for step, name in enumerate(reversed(names)):
        own = model.get_submodule(name).parameters(recurse=False)
        groups.append({"params": [p for p in own if p.requires_grad], "lr": lr / factor**step})
    return groups
