"""Compares the names of parameters with those of parts: layer4 is never layer4.0.conv1.weight."""


def set_trainable(model, names):
    for name, param in model.named_parameters():
        param.requires_grad = name in names
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
