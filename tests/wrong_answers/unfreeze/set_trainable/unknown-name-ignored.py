"""Each parameter is asked whether it is named; no name is asked whether it exists."""


def set_trainable(model, names):
    for full, param in model.named_parameters():
        param.requires_grad = any(full.startswith(name + ".") for name in names)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
