"""The step size taken for the whole cycle, and high for the height: two common slips."""


def triangular(step, low, high, half):
    nearness = 1 - abs(2 * (step % half) / half - 1)
    return low + high * nearness
