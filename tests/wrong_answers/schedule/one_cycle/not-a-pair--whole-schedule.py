"""The whole schedule as a list of pairs."""


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    return [(peak / start, 0.95) for _ in range(steps)]
