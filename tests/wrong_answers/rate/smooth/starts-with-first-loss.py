"""A plot's smoothing: the first loss is where the average starts."""


def smooth(losses, beta):
    smoothed = [losses[0]]
    for loss in losses[1:]:
        smoothed.append(beta * smoothed[-1] + (1 - beta) * loss)
    return smoothed
