"""Freeze all, unfreeze one, was written for one name, and a loop was put around it."""


def set_trainable(model, names):
    for name in names:
        for param in model.parameters():
            param.requires_grad = False
        for param in model.get_submodule(name).parameters():
            param.requires_grad = True
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
