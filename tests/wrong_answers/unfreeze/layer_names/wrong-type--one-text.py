"""All names in one text, one a line, ready to be printed."""


def layer_names(model, depth=1):
    return "\n".join(name for name, _ in model.named_children())
