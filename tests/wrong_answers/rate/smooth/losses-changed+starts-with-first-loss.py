"""In place, each loss mixed with the one before: the shortest loop there is, and no correction."""


def smooth(losses, beta):
    for k in range(1, len(losses)):
        losses[k] = beta * losses[k - 1] + (1 - beta) * losses[k]
    return losses
