"""The remainder of half: up, and down at once."""


def triangular(step, low, high, half):
    return low + (high - low) * (step % half) / half
