"""What has no gradient is thought to stand still; it is only made sure that none has one."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not module.weight.requires_grad:
                module.requires_grad_(False)
