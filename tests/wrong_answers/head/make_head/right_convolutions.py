"""Convolutions of one by one on pooled maps, flattened last."""

import torch
from torch import nn


class Pool(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)], 1)


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return nn.Sequential(
        Pool(),
        nn.BatchNorm2d(2 * in_features),
        nn.Dropout(dropout),
        nn.Conv2d(2 * in_features, hidden, 1),
        nn.ReLU(),
        nn.BatchNorm2d(hidden),
        nn.Dropout(dropout),
        nn.Conv2d(hidden, classes, 1),
        nn.Flatten(),
    )
