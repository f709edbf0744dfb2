"""Pretrained networks by name: `models.backbone("lite0")`."""

import torch

from helpers.models.backbone import backbone, fresh_linear
from helpers.models.config import Config, config_of
from helpers.models.fold import fold_batchnorm
from helpers.models.heads import ConcatPool, concat_head
from helpers.models.norms import is_batchnorm, is_norm
from helpers.models.stages import chain, freeze_backbone, head_name

# On CPUs that NNPACK does not know, it prints a warning to stderr from C++ at every first use.
torch.backends.nnpack.set_flags(False)

__all__ = [
    "ConcatPool",
    "Config",
    "backbone",
    "chain",
    "concat_head",
    "config_of",
    "fold_batchnorm",
    "freeze_backbone",
    "fresh_linear",
    "head_name",
    "is_batchnorm",
    "is_norm",
]
