"""Freezes all others, and takes for granted that the named parts are trainable."""


def set_trainable(model, names):
    chosen = {id(p) for name in names for p in model.get_submodule(name).parameters()}
    for param in model.parameters():
        if id(param) not in chosen:
            param.requires_grad = False
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
