"""The head is new, so it is always trained, named or not."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    head = list(model.children())[-1]
    model.requires_grad_(False)
    for part in [*parts, head]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
