"""The meter of a training loop, which shows one number; no correction."""


def smooth(losses, beta):
    average = 0.0
    for loss in losses:
        average = beta * average + (1 - beta) * loss
    return average
