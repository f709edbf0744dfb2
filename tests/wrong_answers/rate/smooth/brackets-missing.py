"""Typed as it is said: average over one minus beta to the n."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for number, loss in enumerate(losses, 1):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / 1 - beta**number)
    return smoothed
