"""No rate above 1 seems sensible."""


def lr_at(step, steps, low, high):
    return min(low * (high / low) ** (step / max(steps - 1, 1)), 1.0)
