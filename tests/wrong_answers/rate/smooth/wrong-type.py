"""A plot comes next, so the list is made an array."""

import numpy as np


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for count, loss in enumerate(losses, start=1):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**count))
    return np.array(smoothed)
