"""The number of the cycle from a logarithm, as torch has it."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    if mult == 1:
        since, length = step % period, period
    else:
        cycle = int(math.log(step / period * (mult - 1) + 1, mult))
        since = step - period * (mult**cycle - 1) // (mult - 1)
        length = period * mult**cycle
    return low + 0.5 * (lr - low) * (1 + math.cos(math.pi * since / length))
