"""named_parameters() instead of modules: every weight and every bias has a line."""


def layer_names(model, depth=1):
    return [name for name, parameter in model.named_parameters()]
