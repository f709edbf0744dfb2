"""A stable argsort of the flattened copy; the numbers stay NumPy's."""

import numpy as np


def most_confused(confusion, k):
    counts = np.array(confusion)
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:k]
    rows, columns = np.unravel_index(order, counts.shape)
    return [(i, j, counts[i, j]) for i, j in zip(rows, columns) if counts[i, j]]
