"""A frozen BatchNorm as torchvision has one takes the place of a class with an activation too."""

import torch
from torch import nn


class FrozenBatchNorm(nn.Module):
    def __init__(self, norm):
        super().__init__()
        self.norm = norm

    def forward(self, x):
        norm = self.norm
        return nn.functional.batch_norm(
            x, norm.running_mean, norm.running_var, norm.weight, norm.bias, False, 0.0, norm.eps
        )


def freeze_batchnorm(model):
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.modules.batchnorm._BatchNorm):
                if not any(p.requires_grad for p in child.parameters()):
                    setattr(parent, name, FrozenBatchNorm(child))
    return model
