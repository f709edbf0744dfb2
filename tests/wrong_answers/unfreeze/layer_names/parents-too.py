"""depth is read as in find -maxdepth: everything down to it."""


def layer_names(model, depth=1):
    return [name for name, _ in model.named_modules() if name and name.count(".") < depth]
