"""name in full: conv1 is also in layer4.0.conv1."""


def set_trainable(model, names):
    for full, param in model.named_parameters():
        param.requires_grad = any(name in full for name in names)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
