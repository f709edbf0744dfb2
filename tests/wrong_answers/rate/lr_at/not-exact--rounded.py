"""Rounded to look nice."""


def lr_at(step, steps, low, high):
    return float(f"{low * (high / low) ** (step / max(steps - 1, 1)):.6g}")
