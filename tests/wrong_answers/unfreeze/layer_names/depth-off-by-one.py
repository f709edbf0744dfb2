"""A textbook's recursion ends at 0, and so does this one."""


def layer_names(model, depth=1):
    names = []
    for name, child in model.named_children():
        inner = layer_names(child, depth - 1) if depth > 0 else []
        names += [f"{name}.{rest}" for rest in inner] or [name]
    return names
