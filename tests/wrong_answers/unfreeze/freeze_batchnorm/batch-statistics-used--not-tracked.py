"""track_running_stats = False, the alternative to eval() that pytorch issue 10856 names."""

from torch import nn


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not any(p.requires_grad for p in module.parameters()):
                module.track_running_stats = False
    return model
