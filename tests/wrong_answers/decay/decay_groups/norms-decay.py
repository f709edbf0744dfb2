"""The rule is remembered as no decay for biases."""

from helpers import models


def decay_groups(model, weight_decay):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    decay, spared = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            (spared if "bias" in name.split(".")[-1] else decay).append(p)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
