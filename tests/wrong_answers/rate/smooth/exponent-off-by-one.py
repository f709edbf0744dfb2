"""current_step + 1 in the exponent, as in Lightning, where the step is counted already."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for step, loss in enumerate(losses):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta ** (step + 2)))
    return smoothed
