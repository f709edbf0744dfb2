"""Levels are counted in dots, and every branch is thought to reach the one asked for."""


def layer_names(model, depth=1):
    return [name for name, _ in model.named_modules() if name and name.count(".") == depth - 1]
