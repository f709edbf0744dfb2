"""smoothed[-1] needs a beginning, and that zero is left in and uncorrected."""


def smooth(losses, beta):
    smoothed = [0.0]
    for loss in losses:
        smoothed.append(beta * smoothed[-1] + (1 - beta) * loss)
    return smoothed
