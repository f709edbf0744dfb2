"""unique() with its counts is the usual way to count labels, and thought to know all classes."""

import torch


def class_weights(labels, num_classes):
    _, counts = labels.unique(return_counts=True)
    weights = 1 / counts.float()
    return weights / weights.mean()
