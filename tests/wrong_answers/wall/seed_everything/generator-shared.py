"""g = torch.Generator() stands outside of the function, as in PyTorch's notes on randomness."""

import random

import numpy as np
import torch

g = torch.Generator()


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    g.manual_seed(seed)
    return g
