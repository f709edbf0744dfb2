"""Names are known from checkpoints, so the keys of state_dict() are listed, less the buffers."""


def layer_names(model, depth=1):
    return [key for key in model.state_dict() if "running" not in key and "num_b" not in key]
