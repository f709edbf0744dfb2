"""A module is thought to pass requires_grad on to its parameters."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    for child in model.children():
        child.requires_grad = False
    for part in parts:
        part.requires_grad = True
    return sum(p.numel() for part in parts for p in part.parameters())
