"""getattr is thought to follow dots, as operator.attrgetter does."""


def set_trainable(model, names):
    parts = [getattr(model, name) for name in names]
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
