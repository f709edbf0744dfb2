"""yield: the second optimizer that is built from it gets nothing."""


def discriminative_groups(model, names, lr, factor):
    for step, name in enumerate(reversed(names)):
        params = [p for p in model.get_submodule(name).parameters() if p.requires_grad]
        yield {"params": params, "lr": lr / factor**step}
