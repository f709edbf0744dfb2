"""NumPy's lexsort by three keys; named tuples."""

from typing import NamedTuple

import numpy as np


class Confusion(NamedTuple):
    true: int
    predicted: int
    count: int


def most_confused(confusion, k):
    counts = np.asarray(confusion) * (1 - np.eye(len(confusion), dtype=int))
    true, predicted = counts.nonzero()
    found = counts[true, predicted]
    order = np.lexsort((predicted, true, -found))[:k]
    return [Confusion(int(true[n]), int(predicted[n]), int(found[n])) for n in order]
