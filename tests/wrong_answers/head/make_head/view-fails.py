"""The article's input.view, on maps whose channels are last in memory."""

import torch
from torch import nn


class Pool(nn.Module):
    def forward(self, x):
        return torch.cat(
            [
                x.view(-1, x.shape[2] * x.shape[3]).mean(1).view(len(x), -1),
                x.view(-1, x.shape[2] * x.shape[3]).amax(1).view(len(x), -1),
            ],
            1,
        )


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return nn.Sequential(
        Pool(),
        nn.Flatten(),
        nn.BatchNorm1d(2 * in_features),
        nn.Dropout(dropout),
        nn.Linear(2 * in_features, hidden),
        nn.ReLU(),
        nn.BatchNorm1d(hidden),
        nn.Dropout(dropout),
        nn.Linear(hidden, classes),
    )
