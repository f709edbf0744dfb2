"""torch.max(logits, dim=1) is thought to give places; it gives the largest scores first."""

import torch


def accuracy(logits, labels):
    best = torch.max(logits, dim=1)[0]
    return (best == labels).float().mean().item()
