"""Inverse is read as opposite: one minus the frequency."""

import torch


def class_weights(labels, num_classes):
    counts = torch.bincount(labels, minlength=num_classes).float()
    weights = (1 - counts / counts.sum()) * (counts > 0)
    return weights / weights[counts > 0].mean()
