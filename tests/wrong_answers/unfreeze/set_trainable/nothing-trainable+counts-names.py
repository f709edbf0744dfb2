"""The names of parameters are looked up among the parts; it says how many it was told to train."""


def set_trainable(model, names):
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name in names
    return len(names)
