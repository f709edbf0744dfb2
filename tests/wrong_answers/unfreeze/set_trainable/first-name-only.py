"""The return line is indented with the loop, where a single name hides it."""


def set_trainable(model, names):
    model.requires_grad_(False)
    for name in names:
        model.get_submodule(name).requires_grad_(True)
        return sum(p.numel() for p in model.parameters() if p.requires_grad)
