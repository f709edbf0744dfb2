"""Cross-entropy is thought to want probabilities, as in lightning-bolts issue 654."""

import torch
from torch.nn import functional as F


def evaluate(model, batches):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss, right, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in batches:
            chances = F.softmax(model(images), dim=1)
            loss += F.cross_entropy(chances, labels, reduction="sum").item()
            right += (chances.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    for module, training in modes.items():
        module.training = training
    return loss / count, right / count
