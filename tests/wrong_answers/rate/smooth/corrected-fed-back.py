"""A value that is put right keeps its name, and goes into the next round like that."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for count, loss in enumerate(losses, start=1):
        average = beta * average + (1 - beta) * loss
        average = average / (1 - beta**count)
        smoothed.append(average)
    return smoothed
