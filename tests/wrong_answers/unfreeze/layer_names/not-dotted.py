"""Each child's name is thought to be the full one, as in named_modules()."""


def layer_names(model, depth=1):
    names = []
    for name, child in model.named_children():
        has_children = len(list(child.children())) > 0
        if depth > 1 and has_children:
            names.extend(layer_names(child, depth - 1))
        else:
            names.append(name)
    return names
