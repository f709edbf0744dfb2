"""Freezing goes by stages in every recipe, so whole stages are asked whether they are frozen."""

from torch import nn


def freeze_batchnorm(model):
    def keep(module, inputs):
        module.eval()

    for child in model.children():
        if any(p.requires_grad for p in child.parameters()):
            continue
        for module in child.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.register_forward_pre_hook(keep)
    return model
