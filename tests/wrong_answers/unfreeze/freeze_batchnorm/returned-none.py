"""The model is changed in place, as list.sort does it, so nothing seems to be left to return."""

from torch import nn


def freeze_batchnorm(model):
    def stay(module, inputs):
        if not any(p.requires_grad for p in module.parameters()):
            module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.register_forward_pre_hook(stay)
