"""default_rng(seed) is what NumPy recommends, and is thought to seed the global one too."""

import random

import numpy as np
import torch


def seed_everything(seed):
    random.seed(seed)
    np.random.default_rng(seed)
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
