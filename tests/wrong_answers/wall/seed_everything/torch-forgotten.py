"""random and NumPy are seeded, and torch is thought to follow NumPy."""

import random

import numpy as np
import torch


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    return torch.Generator().manual_seed(seed)
