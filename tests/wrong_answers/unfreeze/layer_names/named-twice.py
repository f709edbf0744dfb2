"""The first pieces of the parameters' names, once for each parameter."""


def layer_names(model, depth=1):
    names = []
    for name, _ in model.named_parameters():
        names.append(".".join(name.split(".")[:-1][:depth]))
    return names
