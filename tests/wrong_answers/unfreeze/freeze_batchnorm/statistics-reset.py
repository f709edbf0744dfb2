"""reset_running_stats() is taken for a way to keep them; it sets mean 0 and variance 1."""

from torch import nn


def freeze_batchnorm(model):
    def keep(module, inputs):
        module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if not any(p.requires_grad for p in module.parameters()):
                module.reset_running_stats()
                module.register_forward_pre_hook(keep)
    return model
