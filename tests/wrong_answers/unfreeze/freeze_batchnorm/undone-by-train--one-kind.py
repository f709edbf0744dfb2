"""train() is thought to spare what was frozen before, as in indexnet_matting issue 35."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    return model
