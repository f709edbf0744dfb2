"""The strongest answer is thought to be the largest in size, whatever its sign."""

import torch
from torch import nn


class ConcatPool(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean((2, 3), keepdim=True), x.abs().amax((2, 3), keepdim=True)], 1)
