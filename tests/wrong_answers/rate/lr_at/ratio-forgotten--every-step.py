"""Growing by a factor in each step is read as by the whole factor, high / low."""


def lr_at(step, steps, low, high):
    return low * (high / low) ** step
