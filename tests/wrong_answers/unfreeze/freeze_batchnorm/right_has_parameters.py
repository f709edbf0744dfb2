"""Frozen is what has parameters, none of which learns; a norm without any is left alone."""

from torch import nn


def freeze_batchnorm(model):
    def stay(module, inputs):
        own = list(module.parameters())
        if own and all(not p.requires_grad for p in own):
            module.train(False)

    for kind in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d):
        for module in model.modules():
            if isinstance(module, kind):
                module.register_forward_pre_hook(stay)
    return model
