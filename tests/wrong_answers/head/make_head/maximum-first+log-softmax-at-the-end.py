"""fastai's pooling has the maxima first, and its older heads ended in a log-softmax."""

import torch
from torch import nn
from torch.nn import functional as F


class Head(nn.Module):
    def __init__(self, nf, nh, nc, p):
        super().__init__()
        self.mp, self.ap = nn.AdaptiveMaxPool2d(1), nn.AdaptiveAvgPool2d(1)
        self.lin1 = nn.Sequential(nn.BatchNorm1d(2 * nf), nn.Dropout(p), nn.Linear(2 * nf, nh))
        self.lin2 = nn.Sequential(nn.BatchNorm1d(nh), nn.Dropout(p), nn.Linear(nh, nc))

    def forward(self, x):
        x = torch.cat([self.mp(x), self.ap(x)], 1).flatten(1)
        return F.log_softmax(self.lin2(F.relu(self.lin1(x))), dim=1)


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return Head(in_features, hidden, classes, dropout)
