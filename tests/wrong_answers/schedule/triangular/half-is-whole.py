"""% needs the length of a cycle, and half is the only length there is."""


def triangular(step, low, high, half):
    place = step % half / half
    return low + (high - low) * (1 - abs(2 * place - 1))
