"""A pretrained model is thought to come frozen, so that only switching on is left."""


def set_trainable(model, names):
    for name in names:
        model.get_submodule(name).requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
