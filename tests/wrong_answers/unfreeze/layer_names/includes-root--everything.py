"""The keys of dict(model.named_modules()), as one finds them in many answers on forums."""


def layer_names(model, depth=1):
    return list(dict(model.named_modules()))
