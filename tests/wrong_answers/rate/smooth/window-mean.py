"""The mean of the last 1 / (1 - beta) losses."""


def smooth(losses, beta):
    width = max(round(1 / (1 - beta)), 1)
    smoothed = []
    for end in range(1, len(losses) + 1):
        window = losses[max(0, end - width) : end]
        smoothed.append(sum(window) / len(window))
    return smoothed
