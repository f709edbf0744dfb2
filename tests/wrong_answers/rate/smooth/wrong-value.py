"""The newest loss is to weigh most, so it is thought to be read first."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for count, loss in enumerate(reversed(losses), start=1):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**count))
    return smoothed[::-1]
