"""Computes with twice the digits."""

import torch
from torch import nn


class Pool(nn.Module):
    def forward(self, maps):
        flat = maps.double().flatten(2)
        return torch.cat([flat.mean(-1), flat.max(-1).values], -1)


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35, dtype=torch.float64):
    block = [
        (nn.BatchNorm1d(size, dtype=dtype), nn.Dropout(dropout), nn.Linear(size, out, dtype=dtype))
        for size, out in ((2 * in_features, hidden), (hidden, classes))
    ]
    return nn.Sequential(Pool(), *block[0], nn.ReLU(), *block[1])
