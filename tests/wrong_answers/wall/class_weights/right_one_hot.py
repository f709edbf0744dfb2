"""One-hot rows summed up; infinity is turned into zero."""

import torch
from torch.nn import functional as F


def class_weights(labels, num_classes):
    inverse = F.one_hot(labels, num_classes).sum(0).float().reciprocal()
    inverse = torch.nan_to_num(inverse, posinf=0.0)
    return inverse * inverse.count_nonzero() / inverse.sum()
