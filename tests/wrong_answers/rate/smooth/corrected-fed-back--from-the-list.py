"""The last entry of the list is taken for the running average."""


def smooth(losses, beta):
    smoothed = []
    for count, loss in enumerate(losses, start=1):
        before = smoothed[-1] if smoothed else 0.0
        smoothed.append((beta * before + (1 - beta) * loss) / (1 - beta**count))
    return smoothed
