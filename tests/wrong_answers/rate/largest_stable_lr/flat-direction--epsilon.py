"""max(x, 1e-12) is the usual guard of a division, and is put here as well."""


def largest_stable_lr(curvature):
    return 2 / max(curvature, 1e-12)
