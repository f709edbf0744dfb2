"""Names are joined by an underscore, as attributes in Python are spelled."""


def layer_names(model, depth=1):
    names = []
    for name, child in model.named_children():
        inner = layer_names(child, depth - 1) if depth > 1 else []
        names += [f"{name}_{rest}" for rest in inner] or [name]
    return names
