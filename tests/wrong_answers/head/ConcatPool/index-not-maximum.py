"""max with a dimension gives two things, and the result is thought to be the last."""

import torch
from torch import nn


class ConcatPool(nn.Module):
    def forward(self, x):
        flat = x.flatten(2)
        return torch.cat([flat.mean(2), flat.max(2)[1]], 1)[..., None, None]
