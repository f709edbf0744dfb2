"""Only torch is thought of; transforms that draw from the others are forgotten."""

import torch


def seed_everything(seed):
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
