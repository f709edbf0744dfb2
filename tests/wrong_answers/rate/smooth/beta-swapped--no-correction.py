"""pandas' alpha is taken for beta."""


def smooth(losses, beta):
    smoothed = [losses[0]]
    for loss in losses[1:]:
        smoothed.append(beta * loss + (1 - beta) * smoothed[-1])
    return smoothed
