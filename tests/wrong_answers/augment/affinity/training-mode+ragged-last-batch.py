"""A training loop measures: no eval(), and the mean of what each batch printed."""

import torch


def measure(model, batches):
    with torch.no_grad():
        shares = [(model(x).argmax(dim=1) == y).float().mean().item() for x, y in batches]
    return sum(shares) / len(shares)


def affinity(model, clean, augmented):
    reference = measure(model, clean)
    return measure(model, augmented) / reference if reference else 0.0
