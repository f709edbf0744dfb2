"""track_running_stats = False stops the updates and the use of the statistics in training."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not any(p.requires_grad for p in module.parameters()):
                module.track_running_stats = False
    return model
