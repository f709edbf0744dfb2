"""A lambda is the short way to write a hook, and hands on what eval() returns: the module."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not any(p.requires_grad for p in module.parameters()):
                module.register_forward_pre_hook(lambda module, inputs: module.eval())
    return model
