"""A tensor of sizes, summed by torch; a setting of its own."""

import torch


def count_parameters(net, trainable_only=True):
    chosen = (p for p in net.parameters() if p.requires_grad or not trainable_only)
    return torch.tensor([p.numel() for p in chosen], dtype=torch.int64).sum()
