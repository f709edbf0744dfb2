"""Growing evenly is taken to mean by the same amount, as on a ruler."""


def lr_at(step, steps, low, high):
    return low + (high - low) * step / max(steps - 1, 1)
