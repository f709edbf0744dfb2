"""The article's comparison of names, made for children, is given named_parameters()."""


def discriminative_groups(model, names, lr, factor):
    parameters = dict(model.named_parameters())
    return [
        {"params": [p for n, p in parameters.items() if n == name], "lr": lr / factor**step}
        for step, name in enumerate(reversed(names))
    ]
