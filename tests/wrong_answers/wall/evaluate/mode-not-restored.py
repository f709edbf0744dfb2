"""eval() at the top and nothing at the end, as in wkentaro/pytorch-fcn before its pull 56."""

import torch
from torch.nn import functional as F


def evaluate(model, batches):
    model.eval()
    loss, right, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in batches:
            logits = model(images)
            loss += F.cross_entropy(logits, labels, reduction="sum").item()
            right += (logits.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return loss / count, right / count
