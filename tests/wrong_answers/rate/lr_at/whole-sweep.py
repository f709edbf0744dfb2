"""A sweep is a list in the plot, so a list comes back."""


def lr_at(step, steps, low, high):
    return [low * (high / low) ** (k / max(steps - 1, 1)) for k in range(steps)]
