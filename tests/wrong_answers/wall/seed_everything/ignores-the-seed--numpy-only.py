"""np.random.seed(0) is left over from the first cell of another notebook."""

import random

import numpy as np
import torch


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(0)
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
