"""A weighted mean: the sum of the weights is the correction."""


def smooth(losses, beta):
    smoothed = []
    for last in range(len(losses)):
        weights = [beta ** (last - k) for k in range(last + 1)]
        total = sum(w * loss for w, loss in zip(weights, losses))
        smoothed.append(total / sum(weights))
    return smoothed
