"""A frozen network is thought of as a whole, as for features; here its head learns."""

from torch import nn


def freeze_batchnorm(model):
    def keep(module, inputs):
        if not any(p.requires_grad for p in model.parameters()):
            module.eval()

    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.register_forward_pre_hook(keep)
    return model
