"""F.dropout is thought to stop by itself in evaluation mode, as in torch's issue 26338."""

import torch
from torch import nn
from torch.nn import functional as F


class Head(nn.Module):
    def __init__(self, wide, hidden, classes, p):
        super().__init__()
        self.p = p
        self.bn0, self.bn1 = nn.BatchNorm1d(wide), nn.BatchNorm1d(hidden)
        self.fc1, self.fc2 = nn.Linear(wide, hidden), nn.Linear(hidden, classes)

    def forward(self, x):
        x = torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)
        x = F.relu(self.fc1(F.dropout(self.bn0(x), self.p)))
        return self.fc2(F.dropout(self.bn1(x), self.p))


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return Head(2 * in_features, hidden, classes, dropout)
