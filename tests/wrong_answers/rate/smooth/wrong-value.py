"""The losses are read from the end."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for count, loss in enumerate(reversed(losses), start=1):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**count))
    return smoothed[::-1]
