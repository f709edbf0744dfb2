"""Every module is thought to have children until depth is used up."""


def layer_names(model, depth=1):
    if depth == 0:
        return [""]
    names = []
    for name, child in model.named_children():
        for rest in layer_names(child, depth - 1):
            names.append(f"{name}.{rest}" if rest else name)
    return names
