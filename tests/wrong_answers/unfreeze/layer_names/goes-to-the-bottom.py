"""The parts of a model are thought to be its leaves, as a summary of layers lists them."""


def layer_names(model, depth=1):
    return [name for name, m in model.named_modules() if name and not list(m.children())]
