"""Running means in objects, weighted by batch; a named tuple comes back."""

from typing import NamedTuple

import torch
from torch import nn


class Result(NamedTuple):
    loss: float
    accuracy: float


class Meter:
    def __init__(self):
        self.mean, self.count = 0.0, 0

    def add(self, value, count):
        self.count += count
        self.mean += (value - self.mean) * count / self.count


def evaluate(model, batches, criterion=None):
    criterion = criterion or nn.CrossEntropyLoss()
    loss, accuracy = Meter(), Meter()
    was = [module.training for module in model.modules()]
    model.train(False)
    with torch.set_grad_enabled(False):
        for x, y in batches:
            out = model(x)
            loss.add(criterion(out, y).item(), x.shape[0])
            accuracy.add((out.max(dim=1)[1] == y).float().mean().item(), x.shape[0])
    for module, training in zip(model.modules(), was, strict=True):
        module.training = training
    return Result(loss.mean, accuracy.mean)
