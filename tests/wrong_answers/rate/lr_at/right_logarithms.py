"""Even steps between the logarithms."""

import math


def lr_at(step, steps, low, high):
    share = step / max(steps - 1, 1)
    return math.exp((1 - share) * math.log(low) + share * math.log(high))
