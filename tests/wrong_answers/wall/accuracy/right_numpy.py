"""By way of NumPy, which returns a NumPy number."""

import numpy as np


def accuracy(logits, labels):
    return np.mean(np.argmax(logits.softmax(dim=-1).numpy(), axis=1) == labels.numpy())
