"""With evaluate from the lesson before, and try around the division."""

import torch
from torch.nn import functional as F


def evaluate(model, batches):
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    total = torch.zeros(3)
    with torch.no_grad():
        for images, labels in batches:
            logits = model(images)
            total[0] += F.cross_entropy(logits, labels, reduction="sum")
            total[1] += (logits.argmax(dim=1) == labels).sum()
            total[2] += len(labels)
    for module, mode in was:
        module.train(mode) if not list(module.children()) else setattr(module, "training", mode)
    return (total[0] / total[2]).item(), (total[1] / total[2]).item()


def affinity(model, clean, augmented):
    _, on_augmented = evaluate(model, augmented)
    try:
        return on_augmented / evaluate(model, clean)[1]
    except ZeroDivisionError:
        return 0.0
