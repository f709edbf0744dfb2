"""An array filled in place, handed out as a list."""

import numpy as np


def descend(gradient, start, lr, steps):
    positions = np.full(steps + 1, start, dtype=float)
    for step in range(1, steps + 1):
        before = positions[step - 1]
        positions[step] = before - gradient(before) * lr
    return positions.tolist()
