"""Finds the parts first, then freezes all, then switches on: two plain loops."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    for param in model.parameters():
        param.requires_grad = False
    for part in parts:
        for param in part.parameters():
            param.requires_grad = True
    return sum(param.numel() for param in model.parameters() if param.requires_grad)
