"""From low to high is written as low times a power of high."""


def lr_at(step, steps, low, high):
    return low * high ** (step / max(steps - 1, 1))
