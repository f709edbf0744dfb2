"""training = False is thought to be a setting that stays, unlike a mode."""

from torch import nn


def freeze_batchnorm(model):
    def freeze(module):
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and not module.weight.requires_grad:
            module.training = False

    return model.apply(freeze)
