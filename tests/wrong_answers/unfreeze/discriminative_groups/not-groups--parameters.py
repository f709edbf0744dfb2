"""A list of parameters, each with the rate written onto it."""


def discriminative_groups(model, names, lr, factor):
    everything = []
    for step, name in enumerate(reversed(names)):
        for param in model.get_submodule(name).parameters():
            if param.requires_grad:
                param.lr = lr / factor**step
                everything.append(param)
    return everything
