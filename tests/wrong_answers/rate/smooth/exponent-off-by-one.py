"""Counts one loss too many, as a well-known library's finder does."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for step, loss in enumerate(losses):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta ** (step + 2)))
    return smoothed
