"""Overrides train and forgets to return the module, which many do and nothing minds."""

import torch
from torch import nn
from torch.nn import functional as F


class Head(nn.Module):
    def __init__(self, sizes, rate):
        super().__init__()
        wide, hidden, classes = sizes
        self.norm1, self.norm2 = nn.BatchNorm1d(wide), nn.BatchNorm1d(hidden)
        self.linear1, self.linear2 = nn.Linear(wide, hidden), nn.Linear(hidden, classes)
        self.drop = nn.Dropout(rate)

    def train(self, mode=True):
        super().train(mode)

    def forward(self, x):
        x = torch.hstack([F.adaptive_avg_pool2d(x, 1), F.adaptive_max_pool2d(x, 1)])
        x = self.linear1(self.drop(self.norm1(x.flatten(1))))
        return self.linear2(self.drop(self.norm2(x.relu())))


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return Head((2 * in_features, hidden, classes), dropout)
