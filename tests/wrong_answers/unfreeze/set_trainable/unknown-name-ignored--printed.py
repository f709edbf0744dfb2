"""An unknown name is caught and printed; the rest goes on."""


def set_trainable(model, names):
    model.requires_grad_(False)
    for name in names:
        try:
            model.get_submodule(name).requires_grad_(True)
        except AttributeError:
            print(f"there is no {name}")
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
