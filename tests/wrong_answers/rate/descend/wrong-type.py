"""Everything in torch is a tensor, and a tensor prints like a number."""

import torch


def descend(gradient, start, lr, steps):
    positions = [torch.tensor(float(start), dtype=torch.float64)]
    for _ in range(steps):
        positions.append(positions[-1] - lr * gradient(positions[-1]))
    return positions
