"""named_parameters() is the loop known from freezing, so its names are listed."""


def layer_names(model, depth=1):
    return [name for name, parameter in model.named_parameters()]
