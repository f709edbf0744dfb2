"""Pooling has no weights, so a graph is thought to be of no use."""

import torch
from torch import nn


class ConcatPool(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)], 1).detach()
