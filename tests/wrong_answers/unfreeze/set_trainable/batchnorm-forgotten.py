"""Keeps every BatchNorm frozen, a habit from training with small batches."""

from torch import nn


def set_trainable(model, names):
    parts = [model.get_submodule(name) for name in names]
    model.requires_grad_(False)
    for part in parts:
        for module in part.modules():
            if not isinstance(module, nn.BatchNorm2d):
                for param in module.parameters(recurse=False):
                    param.requires_grad = True
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
