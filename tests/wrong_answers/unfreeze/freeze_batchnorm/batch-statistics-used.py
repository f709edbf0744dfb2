"""momentum = 0 keeps the statistics, but training mode still normalises with the batch."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not any(p.requires_grad for p in module.parameters()):
                module.momentum = 0.0
    return model
