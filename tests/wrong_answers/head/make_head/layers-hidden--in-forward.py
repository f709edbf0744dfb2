"""The width is known in forward without counting, so the layer is made there."""

import torch
from torch import nn


class Last(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.classes = classes

    def forward(self, x):
        return nn.Linear(x.shape[1], self.classes)(x)


class Pool(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return nn.Sequential(
        Pool(),
        nn.BatchNorm1d(2 * in_features),
        nn.Dropout(dropout),
        nn.Linear(2 * in_features, hidden),
        nn.ReLU(),
        nn.BatchNorm1d(hidden),
        nn.Dropout(dropout),
        Last(classes),
    )
