"""The question how many is answered for what was handed over: the parts."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    return len(parts)
