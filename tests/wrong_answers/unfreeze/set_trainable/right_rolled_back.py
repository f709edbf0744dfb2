"""Tries it, and puts every switch back if a name is unknown."""


def set_trainable(model, names):
    before = {param: param.requires_grad for param in model.parameters()}
    try:
        model.requires_grad_(False)
        for name in names:
            model.get_submodule(name).requires_grad_(True)
    except AttributeError as error:
        for param, learns in before.items():
            param.requires_grad_(learns)
        raise KeyError(str(error)) from error
    return sum(param.numel() for param in before if param.requires_grad)
