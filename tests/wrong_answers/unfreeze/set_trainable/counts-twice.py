"""The counter runs along in the loop over the names, which may overlap: a common slip."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False)
    count = 0
    for part in parts:
        for param in part.parameters():
            param.requires_grad = True
            count += param.numel()
    return count
