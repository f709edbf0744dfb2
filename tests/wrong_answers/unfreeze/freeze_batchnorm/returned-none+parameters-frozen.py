"""To freeze is taken for one word: no gradient, no statistics, for each BatchNorm; all in place."""

from torch import nn


def freeze_batchnorm(model):
    def stay(module, inputs):
        module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.requires_grad_(False)
            module.register_forward_pre_hook(stay)
