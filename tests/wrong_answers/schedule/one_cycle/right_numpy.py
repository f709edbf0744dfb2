"""NumPy numbers; other parameter names."""

import numpy as np


def one_cycle(k, n, top_rate, div=25.0, final_div=1e4, share=0.25):
    turn = share * n - 1
    x = np.interp(k, [0, turn, n - 1], [0, 1, 2])
    mirror = (1 + np.cos(np.pi * x)) / 2
    ends = (top_rate / div) if x <= 1 else top_rate / (div * final_div)
    return np.float64(ends + (top_rate - ends) * (1 - mirror)), 0.85 + 0.1 * mirror
