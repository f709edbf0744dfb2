"""Written like a walk through folders, which lists a folder and then what is in it."""


def layer_names(model, depth=1, prefix=""):
    names = []
    for name, child in model.named_children():
        names.append(prefix + name)
        if depth > 1:
            names += layer_names(child, depth - 1, f"{prefix}{name}.")
    return names
