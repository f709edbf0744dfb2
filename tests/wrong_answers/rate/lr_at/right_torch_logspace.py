"""torch.logspace in double precision; one entry is handed out as a number."""

import math

import torch


def lr_at(step, steps, low, high):
    ends = math.log10(low), math.log10(high)
    return torch.logspace(*ends, steps, dtype=torch.float64)[step].item()
