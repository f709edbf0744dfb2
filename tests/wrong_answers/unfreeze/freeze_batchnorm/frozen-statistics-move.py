"""requires_grad = False is thought to be enough; the statistics are no parameters."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not any(p.requires_grad for p in module.parameters()):
                for parameter in module.parameters():
                    parameter.requires_grad = False
    return model
