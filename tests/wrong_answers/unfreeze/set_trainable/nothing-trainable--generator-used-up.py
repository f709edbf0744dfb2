"""named_parameters() is kept in a variable as if it were a list."""


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    assert parts
    parameters = model.named_parameters()
    for _, param in parameters:
        param.requires_grad = False
    for full, param in parameters:
        if any(full.startswith(name + ".") for name in names):
            param.requires_grad = True
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
