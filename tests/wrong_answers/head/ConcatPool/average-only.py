"""A network usually ends with one average pooling, so the other one is left out."""

import torch
from torch import nn


class ConcatPool(nn.Module):
    def forward(self, x):
        return x.mean((2, 3), keepdim=True)
