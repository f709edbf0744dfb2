"""NumPy's idiom for largest first, argsort(...)[::-1], turns round the equal ones too."""

import numpy as np


def most_confused(confusion, k):
    counts = np.array(confusion)
    np.fill_diagonal(counts, 0)
    order = np.argsort(counts, axis=None, kind="stable")[::-1][:k]
    rows, columns = np.unravel_index(order, counts.shape)
    triples = zip(rows.tolist(), columns.tolist(), counts[rows, columns].tolist(), strict=True)
    return [triple for triple in triples if triple[2]]
