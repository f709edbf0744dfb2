"""The share of the way is step / steps, as for a progress bar."""


def lr_at(step, steps, low, high):
    return low * (high / low) ** (step / steps)
