"""named_modules() is taken for the children; it walks over every level."""


def layer_names(model, depth=1):
    return [name for name, _ in model.named_modules()][1:]
