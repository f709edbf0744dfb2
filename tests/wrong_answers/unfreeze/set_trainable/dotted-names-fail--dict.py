"""Tried on a ResNet, whose parts are all children; those of a DenseNet have dots."""


def set_trainable(model, names):
    children = dict(model.named_children())
    parts = [children[name] for name in names]
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
