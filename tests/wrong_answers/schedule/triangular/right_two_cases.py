"""Up or down."""


def triangular(step, low, high, half):
    place = step % (2 * half)
    if place <= half:
        return low + (high - low) * place / half
    return high - (high - low) * (place - half) / half
