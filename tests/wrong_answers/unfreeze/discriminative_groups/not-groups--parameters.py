"""The rate is written onto each parameter, as if optimizers looked for it there."""


def discriminative_groups(model, names, lr, factor):
    everything = []
    for step, name in enumerate(reversed(names)):
        for param in model.get_submodule(name).parameters():
            if param.requires_grad:
                param.lr = lr / factor**step
                everything.append(param)
    return everything
