"""No rate below 1e-7 seems sensible."""


def lr_at(step, steps, low, high):
    return max(low * (high / low) ** (step / max(steps - 1, 1)), 1e-7)
