"""The mean is thought to bring every weight into range, the infinite ones included."""

import torch


def class_weights(labels, num_classes):
    weights = 1 / torch.bincount(labels, minlength=num_classes).float()
    return weights / weights.mean()
