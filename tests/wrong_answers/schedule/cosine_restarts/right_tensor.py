"""A tensor in single precision."""

import torch


def cosine_restarts(s, rate, length, grow=1, floor=0.0):
    while s >= length:
        s, length = s - length, length * grow
    turn = torch.cos(torch.tensor(s / length) * torch.pi)
    return floor + (rate - floor) * (1 + turn) / 2
