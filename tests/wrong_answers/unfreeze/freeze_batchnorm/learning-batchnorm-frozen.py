"""Every BatchNorm is held in evaluation mode, whether it learns or not."""

from torch import nn


def freeze_batchnorm(model):
    def keep(module, inputs):
        module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.register_forward_pre_hook(keep)
    return model
