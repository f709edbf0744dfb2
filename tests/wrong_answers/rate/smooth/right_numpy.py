"""Everything at once, with a matrix of weights."""

import numpy as np


def smooth(losses, beta):
    n = len(losses)
    age = np.subtract.outer(np.arange(n), np.arange(n))
    weights = np.where(age >= 0, np.power(float(beta), np.maximum(age, 0)), 0.0)
    return list(weights @ np.array(losses) / weights.sum(axis=1))
