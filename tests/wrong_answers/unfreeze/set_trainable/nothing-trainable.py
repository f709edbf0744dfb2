"""The article's test, name in names, is moved from children to parameters."""


def set_trainable(model, names):
    for name, param in model.named_parameters():
        param.requires_grad = name in names
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
