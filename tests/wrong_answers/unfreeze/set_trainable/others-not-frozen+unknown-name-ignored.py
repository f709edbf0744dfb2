"""Unfreezes what is named, as a forum answer does for one layer; the rest is left to luck."""


def set_trainable(model, names):
    modules = dict(model.named_modules())
    for name in names:
        if name in modules:
            modules[name].requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
