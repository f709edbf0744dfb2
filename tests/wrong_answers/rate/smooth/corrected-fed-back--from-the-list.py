"""smoothed[-1] looks like the average so far, and saves a variable."""


def smooth(losses, beta):
    smoothed = []
    for count, loss in enumerate(losses, start=1):
        before = smoothed[-1] if smoothed else 0.0
        smoothed.append((beta * before + (1 - beta) * loss) / (1 - beta**count))
    return smoothed
