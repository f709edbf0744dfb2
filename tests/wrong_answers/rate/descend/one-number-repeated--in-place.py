"""append is thought to note a value, but a tensor changed in place is one object."""

import torch


def descend(gradient, start, lr, steps):
    position = torch.tensor(float(start), dtype=torch.float64)
    positions = [position]
    for _ in range(steps):
        position -= lr * gradient(position)
        positions.append(position)
    return [float(position) for position in positions]
