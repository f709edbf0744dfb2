"""append is the usual way to fill a list, and here what it gets is a list itself."""


def layer_names(model, depth=1):
    names = []
    for name, child in model.named_children():
        if depth > 1 and list(child.children()):
            names.append([f"{name}.{part}" for part in layer_names(child, depth - 1)])
        else:
            names.append(name)
    return names
