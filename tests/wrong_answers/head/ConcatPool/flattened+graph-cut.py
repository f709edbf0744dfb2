"""Through NumPy and back: no graph, and no height and width."""

import numpy as np
import torch
from torch import nn


class ConcatPool(nn.Module):
    def forward(self, x):
        maps = x.detach().numpy()
        return torch.from_numpy(np.concatenate([maps.mean((2, 3)), maps.max((2, 3))], axis=1))
