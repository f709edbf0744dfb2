"""A correction is thought of as a factor, so it multiplies."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for count, loss in enumerate(losses, start=1):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average * (1 - beta**count))
    return smoothed
