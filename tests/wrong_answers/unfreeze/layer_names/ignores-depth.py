"""The article's loop over named_children(), without a thought for depth."""


def layer_names(model, depth=1):
    return [name for name, child in model.named_children()]
