"""dict(model.named_children())[name] knows the first level alone."""


def set_trainable(model, names):
    children = dict(model.named_children())
    parts = [children[name] for name in names]
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
