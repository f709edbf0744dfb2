"""Up all the way through the cycle."""


def triangular(step, low, high, half):
    return low + (high - low) * (step % (2 * half)) / (2 * half)
