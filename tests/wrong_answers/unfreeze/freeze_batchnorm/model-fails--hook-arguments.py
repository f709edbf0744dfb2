"""A hook is thought to be called with the module alone, as apply() calls its function."""

from torch import nn


def freeze_batchnorm(model):
    def keep(module):
        module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not any(p.requires_grad for p in module.parameters()):
                module.register_forward_pre_hook(keep)
    return model
