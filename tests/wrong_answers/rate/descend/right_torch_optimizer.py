"""torch's own SGD does the steps."""

import torch


def descend(gradient, start, lr, steps):
    position = torch.tensor(float(start), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([position], lr=lr)
    positions = [position.item()]
    for _ in range(steps):
        position.grad = torch.tensor(gradient(position.item()), dtype=torch.float64)
        optimizer.step()
        positions.append(position.item())
    return positions
