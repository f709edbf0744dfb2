"""torch and NumPy are the libraries one works with; that random is one too is overlooked."""

import numpy as np
import torch


def seed_everything(seed):
    np.random.seed(seed)
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
