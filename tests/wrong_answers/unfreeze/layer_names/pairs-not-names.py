"""named_children() is thought to list names alone."""


def layer_names(model, depth=1):
    return list(model.named_children())
