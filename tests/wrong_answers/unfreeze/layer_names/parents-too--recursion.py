"""The recursion adds the children and keeps the module they belong to."""


def layer_names(model, depth=1, prefix=""):
    names = []
    for name, child in model.named_children():
        names.append(prefix + name)
        if depth > 1:
            names += layer_names(child, depth - 1, f"{prefix}{name}.")
    return names
