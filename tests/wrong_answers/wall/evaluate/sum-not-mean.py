"""reduction="sum" is copied from the hint, and the division after the loop is forgotten."""

import torch
from torch.nn import functional as F


def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss, right, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in batches:
            logits = model(images)
            loss += F.cross_entropy(logits, labels, reduction="sum").item()
            right += (logits.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    for module, training in modes.items():
        module.training = training
    return loss, right / count
