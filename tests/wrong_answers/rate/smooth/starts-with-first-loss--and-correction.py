"""Two remedies for the zero at the start are known, and both are taken."""


def smooth(losses, beta):
    average, smoothed = losses[0], []
    for count, loss in enumerate(losses, start=1):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**count))
    return smoothed
