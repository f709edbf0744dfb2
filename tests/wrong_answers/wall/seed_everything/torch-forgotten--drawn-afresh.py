"""torch.seed() reads like setting a seed; it draws one, and says which."""

import random

import numpy as np
import torch


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.seed()
    return torch.Generator().manual_seed(seed)
