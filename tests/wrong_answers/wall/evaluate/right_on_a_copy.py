"""A copy of the model is measured, so that the model itself is never touched; returns a list."""

import copy

import torch
from torch import nn


def evaluate(net, loader, device="cpu"):
    twin = copy.deepcopy(net).eval().to(device)
    criterion = nn.CrossEntropyLoss()
    total_loss = total_right = 0.0
    with torch.no_grad():
        for x, y in loader:
            out = twin(x.to(device))
            total_loss += criterion(out, y.to(device)).item() * x.size(0)
            total_right += (out.max(1).indices == y.to(device)).sum().item()
    n = len(loader.dataset)
    return [total_loss / n, total_right / n]
