"""type(module) in a tuple is taken to mean the same as isinstance."""

from torch import nn


def freeze_batchnorm(model):
    def keep(module, inputs):
        if not any(p.requires_grad for p in module.parameters()):
            module.eval()

    for module in model.modules():
        if type(module) in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d):
            module.register_forward_pre_hook(keep)
    return model
