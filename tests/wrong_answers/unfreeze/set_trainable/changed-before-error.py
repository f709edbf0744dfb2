"""Freeze all, then unfreeze some, is the usual order; an unknown name turns up in between."""


def set_trainable(model, names):
    for param in model.parameters():
        param.requires_grad = False
    for name in names:
        for param in model.get_submodule(name).parameters():
            param.requires_grad = True
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
