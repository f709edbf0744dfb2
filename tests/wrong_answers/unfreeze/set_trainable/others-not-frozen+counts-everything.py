"""A fresh model is thought to be frozen, and the count comes from a summary of the whole of it."""


def set_trainable(model, names):
    for part in [model.get_submodule(name) for name in names]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters())
