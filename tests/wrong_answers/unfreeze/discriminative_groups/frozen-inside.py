"""All parameters of each part, frozen or not."""


def discriminative_groups(model, names, lr, factor):
    return [
        {"params": list(model.get_submodule(name).parameters()), "lr": lr / factor**step}
        for step, name in enumerate(reversed(names))
    ]
