"""The name is typed from memory, and Python takes any method for a new one."""

import torch
from torch import nn


class ConcatPool(nn.Module):
    def foward(self, x):
        return torch.cat([x.mean((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)], 1)
