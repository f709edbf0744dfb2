"""amin is picked from the list that the editor offers."""

import torch
from torch import nn


class ConcatPool(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean((2, 3), keepdim=True), x.amin((2, 3), keepdim=True)], 1)
