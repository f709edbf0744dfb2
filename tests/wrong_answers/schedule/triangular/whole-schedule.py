"""A cycle is what one wants to see, so the list for its plot comes back."""


def triangular(step, low, high, half):
    return [low + (high - low) * (1 - abs(k / half % 2 - 1)) for k in range(2 * half)]
