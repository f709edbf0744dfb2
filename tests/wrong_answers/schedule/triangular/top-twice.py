"""up + up[::-1] is how one mirrors a list, and the top is in both halves."""


def triangular(step, low, high, half):
    up = [low + (high - low) * k / half for k in range(half + 1)]
    both = up + up[::-1]
    return both[step % len(both)]
