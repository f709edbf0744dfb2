"""Freezes everything first; the unknown name is noticed when it is too late."""


def set_trainable(model, names):
    for param in model.parameters():
        param.requires_grad = False
    for name in names:
        for param in model.get_submodule(name).parameters():
            param.requires_grad = True
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
