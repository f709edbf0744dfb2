"""A letter is missing, so nothing changes; what parameters() gives is counted piece by piece."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    for parameter in model.parameters():
        parameter.require_grad = False
    for part in parts:
        for parameter in part.parameters():
            parameter.require_grad = True
    return len([p for p in model.parameters() if p.require_grad])
