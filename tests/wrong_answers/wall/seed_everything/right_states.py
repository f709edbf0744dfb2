"""States are copied from fresh generators of each library."""

import random

import numpy as np
import torch


def seed_everything(seed):
    random.setstate(random.Random(seed).getstate())
    np.random.set_state(np.random.RandomState(seed).get_state())
    generator = torch.Generator().manual_seed(seed)
    torch.set_rng_state(generator.get_state())
    return generator
