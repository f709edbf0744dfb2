"""pytorch-lr-finder's smooth_f, the share of the new loss, is taken for beta."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for count, loss in enumerate(losses, start=1):
        average = (1 - beta) * average + beta * loss
        smoothed.append(average / (1 - beta**count))
    return smoothed
