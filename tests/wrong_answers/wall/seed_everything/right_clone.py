"""A copy of torch's own generator, in its state just after seeding; NumPy's seed kept in range."""

import random

import numpy as np
import torch


def seed_everything(seed, deterministic=True):
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.backends.cudnn.deterministic = deterministic
    return torch.manual_seed(seed).clone_state()
