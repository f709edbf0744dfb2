"""enumerate counts from zero, and the error of round 0 is cured in round 0 alone."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for step, loss in enumerate(losses):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**step) if step else loss)
    return smoothed
