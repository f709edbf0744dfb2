"""A context manager looks after modes and gradients; the losses come one by one."""

from contextlib import contextmanager

import torch
from torch.nn import functional as F


@contextmanager
def quiet(model):
    was = {name: module.training for name, module in model.named_modules()}
    try:
        with torch.no_grad():
            yield model.eval()
    finally:
        for name, module in model.named_modules():
            module.training = was[name]


def evaluate(model, batches):
    losses, hits = [], []
    with quiet(model) as network:
        for images, labels in batches:
            logits = network(images)
            losses += F.cross_entropy(logits, labels, reduction="none").tolist()
            hits += (logits.argmax(dim=-1) == labels).tolist()
    return sum(losses) / len(losses), sum(hits) / len(hits)
