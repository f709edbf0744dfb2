"""A step size that shrinks towards 1 - beta."""


def smooth(losses, beta):
    smoothed, seen = [], 0.0
    for loss in losses:
        seen = beta * seen + 1
        before = smoothed[-1] if smoothed else 0.0
        smoothed.append(before + (loss - before) / seen)
    return smoothed
