"""Two branches, each pooling and normalising; the norms are those of maps, one by one."""

import torch
from torch import nn


class Branches(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def branch(pool, features):
    return nn.Sequential(pool, nn.BatchNorm2d(features), nn.Flatten())


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return nn.Sequential(
        Branches(
            branch(nn.AdaptiveAvgPool2d(1), in_features),
            branch(nn.AdaptiveMaxPool2d(1), in_features),
        ),
        nn.Dropout(dropout),
        nn.Linear(2 * in_features, hidden),
        nn.ReLU(),
        nn.BatchNorm1d(hidden),
        nn.Dropout(dropout),
        nn.Linear(hidden, classes),
    )
