"""Evaluation mode at once, and for one kind of BatchNorm only: train() undoes it anyway."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    return model
