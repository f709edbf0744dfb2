"""torch.manual_seed returns a generator, but it is the one that everything shares."""

import random

import numpy as np
import torch


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    return torch.manual_seed(seed)
