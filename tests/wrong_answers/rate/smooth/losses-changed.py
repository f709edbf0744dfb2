"""Writing back into the list saves a second one; its owner still wants to plot it."""


def smooth(losses, beta):
    average = 0.0
    for k in range(len(losses)):
        average = beta * average + (1 - beta) * losses[k]
        losses[k] = average / (1 - beta ** (k + 1))
    return losses
