"""Tensors without dimensions, in single precision."""

import torch


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    top = rising * steps - 1
    if step <= top:
        share, first, last, low = torch.tensor(step / top), peak / start, peak, 0.85
    else:
        share, first, last, low = torch.tensor((step - top) / (steps - 1 - top)), peak, 0.0, 0.95
        last = peak / (start * end)
    way = (1 - torch.cos(torch.pi * share)) / 2
    return first + (last - first) * way, (1.8 - low) + (2 * low - 1.8) * way
