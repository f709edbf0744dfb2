"""A set against doubles, then sorted by the alphabet."""


def layer_names(model, depth=1):
    leaves = [name for name, m in model.named_modules() if name and not list(m.children())]
    return sorted({".".join(name.split(".")[:depth]) for name in leaves})
