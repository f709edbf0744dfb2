"""generator.seed() looks like setting a seed, but it draws a fresh one."""

import random

import numpy as np
import torch


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    generator = torch.Generator()
    generator.seed()
    return generator
