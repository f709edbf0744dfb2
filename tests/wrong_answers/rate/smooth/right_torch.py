"""torch in double precision, numbers at the end."""

import torch


def smooth(losses, beta):
    average = torch.zeros((), dtype=torch.float64)
    smoothed = []
    for count, loss in enumerate(losses, start=1):
        average = torch.lerp(torch.tensor(loss, dtype=torch.float64), average, beta)
        smoothed.append((average / (1 - beta**count)).item())
    return smoothed
