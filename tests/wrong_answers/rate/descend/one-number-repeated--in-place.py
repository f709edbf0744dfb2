"""One tensor is appended again and again, then read at the end."""

import torch


def descend(gradient, start, lr, steps):
    position = torch.tensor(float(start), dtype=torch.float64)
    positions = [position]
    for _ in range(steps):
        position -= lr * gradient(position)
        positions.append(position)
    return [float(position) for position in positions]
