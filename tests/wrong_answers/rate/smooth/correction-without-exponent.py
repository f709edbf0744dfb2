"""What 1 - beta made smaller, 1 - beta is thought to make right again."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for loss in losses:
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta))
    return smoothed
