"""list(model.named_children()) gives pairs."""


def layer_names(model, depth=1):
    return list(model.named_children())
