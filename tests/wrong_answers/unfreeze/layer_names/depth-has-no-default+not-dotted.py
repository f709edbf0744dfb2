"""Two slips of a first recursion: depth has to be given, and names lose the way to them."""


def layer_names(model, depth):
    names = []
    for name, child in model.named_children():
        inner = layer_names(child, depth - 1) if depth > 1 else []
        names += inner or [name]
    return names
