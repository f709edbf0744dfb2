"""Linear, ReLU, Dropout, as in VGG's classifier, and the norm behind them."""

import torch
from torch import nn


class Pool(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)], 1)


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return nn.Sequential(
        Pool(),
        nn.Flatten(),
        nn.BatchNorm1d(2 * in_features),
        nn.Dropout(dropout),
        nn.Linear(2 * in_features, hidden),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.BatchNorm1d(hidden),
        nn.Linear(hidden, classes),
    )
