"""The mean of all losses so far."""


def smooth(losses, beta):
    return [sum(losses[: k + 1]) / (k + 1) for k in range(len(losses))]
