"""Typed class by class as the formula reads, and never tried with a class missing."""

import torch


def class_weights(labels, num_classes):
    counts = [(labels == k).sum().item() for k in range(num_classes)]
    weights = torch.tensor([1 / count for count in counts])
    return weights / weights.mean()
