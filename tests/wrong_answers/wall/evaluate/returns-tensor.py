"""Totals that begin as the number 0 are thought to stay plain numbers."""

import torch
from torch.nn import functional as F


def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss, right, count = 0, 0, 0
    with torch.no_grad():
        for images, labels in batches:
            logits = model(images)
            loss += F.cross_entropy(logits, labels, reduction="sum")
            right += (logits.argmax(dim=1) == labels).sum()
            count += len(labels)
    for module, training in modes.items():
        module.training = training
    return loss / count, right / count
