"""The first value must be the first loss, so it is set by hand and the rest corrected."""


def smooth(losses, beta):
    average = losses[0]
    smoothed = [average]
    for number, loss in enumerate(losses[1:], 2):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**number))
    return smoothed
