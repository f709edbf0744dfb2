"""Works on a copy, so as not to touch the model."""

import copy

from torch import nn


def freeze_batchnorm(model):
    def keep(module, inputs):
        if not any(p.requires_grad for p in module.parameters()):
            module.eval()

    twin = copy.deepcopy(model)
    for module in twin.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.register_forward_pre_hook(keep)
    return twin
