"""Optimizers skip what has no gradient, so frozen parameters are thought not to matter."""


def discriminative_groups(model, names, lr, factor):
    return [
        {"params": list(model.get_submodule(name).parameters()), "lr": lr / factor**step}
        for step, name in enumerate(reversed(names))
    ]
