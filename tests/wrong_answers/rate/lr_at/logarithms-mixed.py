"""np.log is taken for the log key of a calculator, which has base 10."""

import numpy as np


def lr_at(step, steps, low, high):
    share = step / max(steps - 1, 1)
    return 10 ** (np.log(low) + share * (np.log(high) - np.log(low)))
