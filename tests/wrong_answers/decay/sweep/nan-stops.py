"""A failed training is to be passed over, and break is taken for the word for that."""

import math


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    best = 0.0
    for value, accuracy in scores.items():
        if math.isnan(accuracy):
            break
        if best not in scores or (accuracy, value) > (scores[best], best):
            best = value
    return best, scores
