"""enumerate counts from zero, and nobody tells it to begin at one."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for step, loss in enumerate(losses):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**step))
    return smoothed
