"""momentum = 0 to hold the statistics, an idea from isht7/pytorch-deeplab-resnet issue 23."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not any(p.requires_grad for p in module.parameters()):
                module.momentum = 0.0
    return model
