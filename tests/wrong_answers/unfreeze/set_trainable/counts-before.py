"""The count is put at the top with other preparations, before anything is switched."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    count = sum(p.numel() for p in model.parameters() if p.requires_grad)
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    return count
