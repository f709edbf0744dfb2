"""The text says that beta is 0.9 in this lesson, so 0.9 is typed in."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for number, loss in enumerate(losses, 1):
        average = 0.9 * average + 0.1 * loss
        smoothed.append(average / (1 - 0.9**number))
    return smoothed
