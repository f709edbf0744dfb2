"""Fold BatchNorm into the convolution before it: the same function at inference, less work."""

from __future__ import annotations

import copy
import itertools
from typing import TypeGuard, TypeVar

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

M = TypeVar("M", bound=nn.Module)


def fold_batchnorm(module: M) -> M:
    """A copy for inference, in eval mode, with every BatchNorm folded into its convolution.

    In eval mode a BatchNorm is a fixed scale and shift per channel, so
    bn(conv(x)) = conv'(x) with other weights. Pairs are found in order of registration: a
    convolution directly followed by a BatchNorm2d of as many channels. The outputs agree to
    rounding (float32: about 1e-5 relative); the original is not changed.
    """
    folded = copy.deepcopy(module).eval()
    for parent in list(folded.modules()):
        children = list(parent.named_children())
        for (first, conv), (second, norm) in itertools.pairwise(children):
            if not (isinstance(conv, nn.Conv2d) and _follows(norm, conv)):
                continue
            with torch.no_grad():
                setattr(parent, first, fuse_conv_bn_eval(conv, norm))
            # timm's BatchNormAct2d carries its activation, which stays.
            setattr(parent, second, getattr(norm, "act", None) or nn.Identity())
    return folded.requires_grad_(False)


def _follows(norm: nn.Module, conv: nn.Conv2d) -> TypeGuard[nn.BatchNorm2d]:
    return (
        isinstance(norm, nn.BatchNorm2d)
        and norm.track_running_stats
        and conv.out_channels == norm.num_features
    )
