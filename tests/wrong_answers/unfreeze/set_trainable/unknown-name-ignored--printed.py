"""A missing part is thought to deserve no more than a line of print."""


def set_trainable(model, names):
    model.requires_grad_(False)
    for name in names:
        try:
            model.get_submodule(name).requires_grad_(True)
        except AttributeError:
            print(f"there is no {name}")
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
