"""Infinity divided by an infinite mean is NaN."""

import torch


def class_weights(labels, num_classes):
    weights = 1 / torch.bincount(labels, minlength=num_classes).float()
    return weights / weights.mean()
