"""The first loss has no past to be mixed with, so the loop begins at the second."""


def smooth(losses, beta):
    average, smoothed = (1 - beta) * losses[0], []
    for count, loss in enumerate(losses[1:], start=2):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**count))
    return smoothed
