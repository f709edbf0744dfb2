"""named_modules() begins with the model itself, whose name is empty."""


def layer_names(model, depth=1):
    return [name for name, module in model.named_modules() if len(name.split(".")) <= depth]
