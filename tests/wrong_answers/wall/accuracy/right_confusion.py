"""By way of the confusion matrix: its trace over its sum."""

import torch


def accuracy(logits, labels):
    classes = logits.shape[1]
    cells = labels * classes + logits.argmax(dim=1)
    matrix = torch.bincount(cells, minlength=classes**2).reshape(classes, classes)
    return (matrix.trace() / matrix.sum()).item()
