"""Linear layers written out, a ReLU by clamping, a dropout of one's own; other names."""

import torch
from torch import nn


class Drop(nn.Module):
    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.rand_like(x) >= self.rate) / (1 - self.rate)


class Dense(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(before, after) / before**0.5)
        self.bias = nn.Parameter(torch.zeros(after))

    def forward(self, x):
        return x @ self.weight + self.bias


class Head(nn.Module):
    def __init__(self, maps, hidden, classes, rate):
        super().__init__()
        sizes = [(2 * maps, hidden), (hidden, classes)]
        self.norms = nn.ModuleList(nn.BatchNorm1d(before) for before, _ in sizes)
        self.layers = nn.ModuleList(Dense(*pair) for pair in sizes)
        self.drop = Drop(rate)

    def forward(self, x):
        x = torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)
        for number, (norm, layer) in enumerate(zip(self.norms, self.layers, strict=True)):
            x = layer(self.drop(norm(x if not number else x.clamp(min=0))))
        return x


def make_head(maps=2208, units=1024, flowers=102, rate=0.35):
    return Head(maps, units, flowers, rate)
