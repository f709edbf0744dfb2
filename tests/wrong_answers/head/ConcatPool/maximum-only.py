"""The strongest answer of a map is thought to be all that a class needs."""

import torch
from torch import nn


class ConcatPool(nn.Module):
    def forward(self, x):
        return x.amax((2, 3), keepdim=True)
