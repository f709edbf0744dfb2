"""An old finder's constant, 0.98, and its plain average."""


def smooth(losses, beta):
    average, smoothed = 0.0, []
    for loss in losses:
        average = 0.98 * average + 0.02 * loss
        smoothed.append(average)
    return smoothed
