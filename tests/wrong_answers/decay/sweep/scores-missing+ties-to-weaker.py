"""Failed trainings are dropped, and the weaker of two equals is taken for the safer one."""

import math


def sweep(values, train_once):
    scores = {}
    for value in sorted(values):
        score = train_once(value)
        if not math.isnan(score):
            scores[value] = score
    return max(scores, key=scores.get), scores
