"""log10 comes from the axis of the plot, and exp from undoing a logarithm."""

import math


def lr_at(step, steps, low, high):
    share = step / max(steps - 1, 1)
    return low * math.exp(share * math.log10(high / low))
