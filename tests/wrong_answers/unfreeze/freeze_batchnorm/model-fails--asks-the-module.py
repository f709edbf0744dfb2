"""A module has requires_grad_(), so it is thought to have requires_grad."""

from torch import nn


def freeze_batchnorm(model):
    def stay(module, inputs):
        if not module.requires_grad:
            module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.register_forward_pre_hook(stay)
    return model
