"""The header is typed again from memory, without the default of depth."""


def layer_names(model, depth):
    leaves = [name for name, m in model.named_modules() if name and not list(m.children())]
    return list(dict.fromkeys(".".join(name.split(".")[:depth]) for name in leaves))
