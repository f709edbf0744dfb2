"""A plot needs all pairs, so a list is sketched, filled with the first one."""


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    return [(peak / start, 0.95) for _ in range(steps)]
