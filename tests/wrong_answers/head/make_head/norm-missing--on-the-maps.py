"""The maps are normalised, and then pooled: the order of a convolution block."""

import torch
from torch import nn


class Pool(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.one, self.other = nn.BatchNorm2d(features), nn.BatchNorm2d(features)

    def forward(self, x):
        return torch.cat([self.one(x).mean((2, 3)), self.other(x).amax((2, 3))], 1)


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return nn.Sequential(
        Pool(in_features),
        nn.Dropout(dropout),
        nn.Linear(2 * in_features, hidden),
        nn.ReLU(),
        nn.BatchNorm1d(hidden),
        nn.Dropout(dropout),
        nn.Linear(hidden, classes),
    )
