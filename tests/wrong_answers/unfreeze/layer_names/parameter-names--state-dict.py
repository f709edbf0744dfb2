"""The keys of state_dict(), running statistics included, cut off after the depth."""


def layer_names(model, depth=1):
    return [key for key in model.state_dict() if "running" not in key and "num_b" not in key]
