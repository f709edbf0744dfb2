"""Freezing is what the loop is thought to be about, so its branch does the counting."""


def set_trainable(model, names):
    chosen = {id(p) for name in names for p in model.get_submodule(name).parameters()}
    count = 0
    for param in model.parameters():
        param.requires_grad = id(param) in chosen
        if not param.requires_grad:
            count += param.numel()
    return count
