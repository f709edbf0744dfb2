"""A straight line between both ends, as in the article's first sentence; one step is forgotten."""


def lr_at(step, steps, low, high):
    return low + step * (high - low) / (steps - 1)
