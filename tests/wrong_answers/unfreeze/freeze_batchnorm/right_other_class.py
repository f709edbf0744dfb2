"""The layer changes its class to one built upon its own, with another train()."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if not isinstance(module, nn.modules.batchnorm._BatchNorm):
            continue
        if module.weight.requires_grad or module.bias.requires_grad:
            continue

        def train(self, mode=True):
            return super(type(self), self).train(False)

        kind = type(module)
        module.__class__ = type(f"Frozen{kind.__name__}", (kind,), {"train": train})
        module.train()
    return model
