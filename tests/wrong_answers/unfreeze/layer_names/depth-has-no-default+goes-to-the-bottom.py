"""The header is typed from memory, and parts are taken for leaves, which need no depth."""


def layer_names(model, depth):
    return [name for name, module in model.named_modules() if not list(module.children())]
