"""A picture is right where no species scores higher than its own; a fraction from the library."""

from fractions import Fraction


def accuracy(x, y):
    own = x.gather(1, y[:, None])
    return Fraction(int(((x > own).sum(dim=1) == 0).sum()), len(y))
