"""Sums of logarithms."""

import math


def momentum_correction(lr, old, new):
    return math.exp(math.log(lr) + math.log1p(-new) - math.log1p(-old))
