"""BatchNorm is held still in fine-tuning as a rule, so nobody asks which one learns."""

from torch import nn


def freeze_batchnorm(model):
    def keep(module, inputs):
        module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.register_forward_pre_hook(keep)
    return model
