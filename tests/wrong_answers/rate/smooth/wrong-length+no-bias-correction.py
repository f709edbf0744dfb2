"""Two common slips: the list begins with the zero average, and nothing corrects it."""


def smooth(losses, beta):
    smoothed = [0.0]
    for loss in losses:
        smoothed.append(beta * smoothed[-1] + (1 - beta) * loss)
    return smoothed
