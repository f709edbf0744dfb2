"""A hook on BatchNorm2d alone, the kind in every example; the hooks are handed back."""

from torch import nn


def stay(module, inputs):
    if not any(p.requires_grad for p in module.parameters()):
        module.eval()


def freeze_batchnorm(model):
    kinds = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    return [module.register_forward_pre_hook(stay) for module in kinds]
