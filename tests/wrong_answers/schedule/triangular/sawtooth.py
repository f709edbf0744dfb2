"""Every half is thought to be like the first, so its remainder is all that counts."""


def triangular(step, low, high, half):
    return low + (high - low) * (step % half) / half
