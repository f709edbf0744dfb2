"""argsort of an array; names and gains stay NumPy's."""

import numpy as np


def try_one_at_a_time(base, candidates, score):
    names = np.array(list(candidates))
    scores = np.array([score([*base, candidates[name]]) for name in names]) - score(base)
    order = scores.argsort()[::-1]
    return list(zip(names[order], scores[order], strict=True))
