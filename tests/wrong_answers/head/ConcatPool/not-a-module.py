"""What has no weights is thought to need no class."""

import torch


def ConcatPool():
    return lambda x: torch.cat([x.mean((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)], 1)
