"""Modules with exactly as many dots as the depth asks for: a DenseNet loses its classifier."""


def layer_names(model, depth=1):
    return [name for name, _ in model.named_modules() if name and name.count(".") == depth - 1]
