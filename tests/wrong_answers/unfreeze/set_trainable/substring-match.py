"""The usual test, "fc" in name, is made for one head; conv1 is part of many names."""


def set_trainable(model, names):
    for full, param in model.named_parameters():
        param.requires_grad = any(name in full for name in names)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
