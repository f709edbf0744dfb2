"""half as the length of the whole cycle."""


def triangular(step, low, high, half):
    place = step % half / half
    return low + (high - low) * (1 - abs(2 * place - 1))
