"""Two slips: depth has to be given, and is then forgotten."""


def layer_names(model, depth):
    return [name for name, module in model.named_modules() if not list(module.children())]
