"""Activations and pooling are thought not to count."""


def layer_names(model, depth=1):
    names = []
    for name, child in model.named_children():
        if not list(child.parameters()):
            continue
        inner = layer_names(child, depth - 1) if depth > 1 else []
        names += [f"{name}.{rest}" for rest in inner] or [name]
    return names
