"""A prefix is thought to be enough, as on a ResNet, which has no layer10."""


def set_trainable(model, names):
    for full, param in model.named_parameters():
        param.requires_grad = any(full.startswith(name) for name in names)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
