"""ModuleList is taken for another word for Sequential; it has no forward."""

import torch
from torch import nn


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return nn.ModuleList(
        [
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.BatchNorm1d(2 * in_features),
            nn.Dropout(dropout),
            nn.Linear(2 * in_features, hidden),
            nn.ReLU(),
            nn.BatchNorm1d(hidden),
            nn.Dropout(dropout),
            nn.Linear(hidden, classes),
        ]
    )
