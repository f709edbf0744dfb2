"""% is thought to make the triangle by itself, and high to be its height."""


def triangular(step, low, high, half):
    return high * (step % half) / half
