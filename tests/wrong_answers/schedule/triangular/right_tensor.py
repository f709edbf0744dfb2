"""A tensor in double precision."""

import torch


def triangular(step, low, high, half):
    place = torch.tensor(step, dtype=torch.float64) / half
    return torch.lerp(
        torch.tensor(low, dtype=torch.float64),
        torch.tensor(high, dtype=torch.float64),
        1 - (place.remainder(2) - 1).abs(),
    )
