"""A Python list of layers is thought to be enough; a ModuleList registers them."""

import torch
from torch import nn


class Head(nn.Module):
    def __init__(self, wide, hidden, classes, p):
        super().__init__()
        self.layers = [
            nn.BatchNorm1d(wide),
            nn.Dropout(p),
            nn.Linear(wide, hidden),
            nn.ReLU(),
            nn.BatchNorm1d(hidden),
            nn.Dropout(p),
            nn.Linear(hidden, classes),
        ]

    def forward(self, x):
        x = torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)
        for layer in self.layers:
            x = layer(x)
        return x


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return Head(2 * in_features, hidden, classes, dropout)
