"""The ratio of the ends, to the power of the share."""


def lr_at(step, steps, low, high):
    if steps == 1:
        return low
    return low * (high / low) ** (step / (steps - 1))
