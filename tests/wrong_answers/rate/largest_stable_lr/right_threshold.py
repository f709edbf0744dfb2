"""What is nearly flat counts as flat; a factor with a default."""


def largest_stable_lr(curvature, factor=2.0, flat=1e-12):
    return float("inf") if abs(curvature) <= flat else factor / curvature
