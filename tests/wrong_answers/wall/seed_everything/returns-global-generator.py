"""torch.manual_seed returns a generator, taken for a new one; it is the one all share."""

import random

import numpy as np
import torch


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    return torch.manual_seed(seed)
