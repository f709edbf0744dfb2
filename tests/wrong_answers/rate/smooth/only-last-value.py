"""The average at the end alone."""


def smooth(losses, beta):
    average = 0.0
    for loss in losses:
        average = beta * average + (1 - beta) * loss
    return average / (1 - beta ** len(losses))
