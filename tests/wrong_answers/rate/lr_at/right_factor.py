"""The same factor again and again."""


def lr_at(step, steps, low, high):
    rate = low
    for _ in range(step):
        rate *= (high / low) ** (1 / (steps - 1))
    return rate
