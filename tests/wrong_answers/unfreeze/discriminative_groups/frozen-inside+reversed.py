"""part.parameters() without a condition, and enumerate from the wrong end: common slips."""


def discriminative_groups(model, names, lr, factor):
    return [
        {"params": list(model.get_submodule(name).parameters()), "lr": lr / factor**k}
        for k, name in enumerate(names)
    ]
