"""A weighted geometric mean of both ends."""


def lr_at(i, n, first, last):
    share = i / (n - 1) if n > 1 else 0
    return first ** (1 - share) * last**share
