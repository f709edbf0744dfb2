"""The slope is thought to tell the way only, and the rate alone how far."""

import math


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        slope = gradient(positions[-1])
        positions.append(positions[-1] - math.copysign(lr, slope) * (slope != 0))
    return positions
