"""np.concatenate is the function one knows, so the maps go through NumPy."""

import numpy as np
import torch
from torch import nn


class ConcatPool(nn.Module):
    def forward(self, x):
        maps = x.detach().numpy()
        return torch.from_numpy(np.concatenate([maps.mean((2, 3)), maps.max((2, 3))], axis=1))
