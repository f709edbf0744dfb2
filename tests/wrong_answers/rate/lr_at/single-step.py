"""A single step gets the upper end."""


def lr_at(step, steps, low, high):
    return low * (high / low) ** (step / (steps - 1)) if steps > 1 else high
