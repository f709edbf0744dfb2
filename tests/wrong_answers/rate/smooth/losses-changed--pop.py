"""What is dealt with is taken off the list, as from a queue."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    while losses:
        average = beta * average + (1 - beta) * losses.pop(0)
        smoothed.append(average / (1 - beta ** (len(smoothed) + 1)))
    return smoothed
