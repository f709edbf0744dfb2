"""A running average is one number brought up to date, so one number comes back."""


def smooth(losses, beta):
    average = 0.0
    for loss in losses:
        average = beta * average + (1 - beta) * loss
    return average / (1 - beta ** len(losses))
