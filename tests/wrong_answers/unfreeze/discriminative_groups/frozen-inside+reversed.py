"""part.parameters() as before any freezing, and enumerate(names) as lists are read."""


def discriminative_groups(model, names, lr, factor):
    return [
        {"params": list(model.get_submodule(name).parameters()), "lr": lr / factor**k}
        for k, name in enumerate(names)
    ]
