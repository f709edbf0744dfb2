"""Classes of the labels at hand only, as in doc2graph's issue 18, and no scaling either."""

import torch


def class_weights(labels, num_classes):
    _, counts = torch.unique(labels, return_counts=True)
    return 1 / counts.float()
