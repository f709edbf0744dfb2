"""Windows of the size that came."""

import torch
from torch import nn
from torch.nn import functional as F


class ConcatPool(nn.Module):
    def forward(self, x):
        return torch.cat([F.avg_pool2d(x, x.shape[2:]), F.max_pool2d(x, x.shape[2:])], 1)
