"""Compares names of parameters with names of parts: nothing is equal."""


def discriminative_groups(model, names, lr, factor):
    parameters = dict(model.named_parameters())
    return [
        {"params": [p for n, p in parameters.items() if n == name], "lr": lr / factor**step}
        for step, name in enumerate(reversed(names))
    ]
