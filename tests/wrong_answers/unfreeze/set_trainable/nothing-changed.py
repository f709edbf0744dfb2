""".data is thought to be the way to change a parameter, as when one initialises it."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    for param in model.parameters():
        param.data.requires_grad = False
    for part in parts:
        for param in part.parameters():
            param.data.requires_grad = True
    return sum(p.numel() for part in parts for p in part.parameters())
