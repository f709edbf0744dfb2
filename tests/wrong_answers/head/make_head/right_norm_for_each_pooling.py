"""Each pooling has a BatchNorm of its own, the maxima first; they meet behind it."""

import torch
from torch import nn
from torch.nn import functional as F


class Head(nn.Module):
    def __init__(self, width, hidden, classes, p):
        super().__init__()
        self.maxima, self.averages = nn.BatchNorm1d(width), nn.BatchNorm1d(width)
        self.out = nn.Sequential(
            nn.Dropout(p),
            nn.Linear(2 * width, hidden),
            nn.ReLU(),
            nn.BatchNorm1d(hidden),
            nn.Dropout(p),
            nn.Linear(hidden, classes),
        )

    def forward(self, x):
        average = F.adaptive_avg_pool2d(x, 1).flatten(1)
        maximum = F.adaptive_max_pool2d(x, 1).flatten(1)
        maximum = self.maxima(maximum)
        return self.out(torch.cat([self.averages(average), maximum], 1))


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return Head(in_features, hidden, classes, dropout)
