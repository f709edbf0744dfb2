"""Which modules are norms."""

from __future__ import annotations

from torch import nn

_BATCHNORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def is_batchnorm(module: nn.Module) -> bool:
    """Whether a module is a BatchNorm of any dimension, or built upon one."""
    return isinstance(module, _BATCHNORMS)


def is_norm(module: nn.Module) -> bool:
    """Whether a module is a norm of any kind; a container that only holds one is not."""
    # torch has no common class for norms, and timm and torchvision bring their own. A container
    # may be called after what it holds: torchvision's Conv2dNormActivation.
    named_so = "Norm" in type(module).__name__ and next(module.children(), None) is None
    return named_so or isinstance(module, (*_BATCHNORMS, nn.LayerNorm, nn.GroupNorm))
