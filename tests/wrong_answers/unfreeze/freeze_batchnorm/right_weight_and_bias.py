"""Asks weight and bias by their names, as nearly every BatchNorm has them."""

from torch import nn


def freeze_batchnorm(model):
    def before(module, inputs):
        if not (module.weight.requires_grad or module.bias.requires_grad):
            module.training = False

    norms = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.register_forward_pre_hook(before)
    return model
