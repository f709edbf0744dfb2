"""The article's class, word for word but for its names; its view is on one-by-one maps."""

import torch
from torch import nn
from torch.nn import functional as F


class Flatten(nn.Module):
    def forward(self, input):
        return input.view(input.size(0), -1)


class ClassifierNew(nn.Module):
    def __init__(self, inp=2208, h1=1024, out=102, d=0.35):
        super().__init__()
        self.ap = nn.AdaptiveAvgPool2d((1, 1))
        self.mp = nn.AdaptiveMaxPool2d((1, 1))
        self.fla = Flatten()
        self.bn0 = nn.BatchNorm1d(inp * 2)
        self.dropout0 = nn.Dropout(d)
        self.fc1 = nn.Linear(inp * 2, h1)
        self.bn1 = nn.BatchNorm1d(h1)
        self.dropout1 = nn.Dropout(d)
        self.fc2 = nn.Linear(h1, out)

    def forward(self, x):
        x = self.fla(torch.cat((self.ap(x), self.mp(x)), dim=1))
        x = F.relu(self.fc1(self.dropout0(self.bn0(x))))
        return self.fc2(self.dropout1(self.bn1(x)))


def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return ClassifierNew(in_features, hidden, classes, dropout)
