"""clamp(min=1) is the first cure for a division by zero, and so an absent class gets a weight."""

import torch


def class_weights(labels, num_classes):
    counts = torch.bincount(labels, minlength=num_classes).float().clamp(min=1)
    weights = 1 / counts
    return weights / weights.mean()
