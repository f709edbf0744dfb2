"""named_modules() is thought to begin with the first child; it begins with the model."""


def layer_names(model, depth=1):
    return [name for name, module in model.named_modules() if len(name.split(".")) <= depth]
