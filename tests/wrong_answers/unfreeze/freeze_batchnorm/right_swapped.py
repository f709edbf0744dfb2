"""Frozen layers are wrapped by a module that runs them in evaluation mode."""

from torch import nn


class Still(nn.Module):
    def __init__(self, norm):
        super().__init__()
        self.norm = norm

    def forward(self, x):
        self.norm.training = False
        return self.norm(x)


def freeze_batchnorm(model):
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            is_norm = isinstance(child, nn.modules.batchnorm._BatchNorm)
            if is_norm and not any(p.requires_grad for p in child.parameters()):
                parent.add_module(name, Still(child))
    return model
