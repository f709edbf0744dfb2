"""What is left after half steps, times high: two common slips in one line."""


def triangular(step, low, high, half):
    return high * (step % half) / half
