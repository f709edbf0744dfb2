"""The loss stands on both sides, as in a published finder."""


def smooth(losses, beta):
    smoothed = []
    for loss in losses:
        smoothed.append(beta * loss + (1 - beta) * loss)
    return smoothed
