"""A window of 4, as lite0's maps have it."""

import torch
from torch import nn
from torch.nn import functional as F


class ConcatPool(nn.Module):
    def forward(self, x):
        return torch.cat([F.avg_pool2d(x, 4), F.max_pool2d(x, 4)], 1)
