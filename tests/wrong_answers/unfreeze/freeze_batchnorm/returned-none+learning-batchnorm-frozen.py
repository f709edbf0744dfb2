"""A function from a detector's code, which holds every BatchNorm and is called for its effect."""

from torch import nn


def freeze_batchnorm(model):
    def stay(module, inputs):
        module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.register_forward_pre_hook(stay)
