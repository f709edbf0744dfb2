"""Frozen parts are put into half precision to save memory, and no longer fit the others."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False).half()
    for part in parts:
        part.requires_grad_(True).float()
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
