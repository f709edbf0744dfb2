"""The formula on its own line is coded, and the sentence on the first steps skipped."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for loss in losses:
        average = beta * average + (1 - beta) * loss
        smoothed.append(average)
    return smoothed
