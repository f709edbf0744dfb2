"""torch.max returns values and indices; the first of the two is used."""

import torch


def accuracy(logits, labels):
    best = torch.max(logits, dim=1)[0]
    return (best == labels).float().mean().item()
