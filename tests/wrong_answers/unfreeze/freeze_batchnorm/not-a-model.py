"""The model is changed in place, so what is returned is a report: the layers frozen."""

from torch import nn


def freeze_batchnorm(model):
    frozen = []
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and not module.weight.requires_grad:
            module.register_forward_pre_hook(lambda module, inputs: module.eval() and None)
            frozen.append(module)
    return frozen
