"""An optimizer comes next, so its parameters are handed back instead of their count."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    return [p for p in model.parameters() if p.requires_grad]
