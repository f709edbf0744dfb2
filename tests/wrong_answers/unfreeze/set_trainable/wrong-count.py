"""len() is thought to count the numbers in a tensor, as it does in a list."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    return sum(len(p) for p in model.parameters() if p.requires_grad)
