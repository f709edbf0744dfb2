"""torch.manual_seed is thought to reach NumPy as well (pytorch issue 5059); nothing comes back."""

import random

import torch


def seed_everything(seed):
    random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
