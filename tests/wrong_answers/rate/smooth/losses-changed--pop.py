"""Takes the losses out of the list one by one."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    while losses:
        average = beta * average + (1 - beta) * losses.pop(0)
        smoothed.append(average / (1 - beta ** (len(smoothed) + 1)))
    return smoothed
