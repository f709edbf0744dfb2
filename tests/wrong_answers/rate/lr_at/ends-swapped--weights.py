"""The share gone is put at the end one comes from, as beta is in an average."""


def lr_at(step, steps, low, high):
    share = step / max(steps - 1, 1)
    return low**share * high ** (1 - share)
