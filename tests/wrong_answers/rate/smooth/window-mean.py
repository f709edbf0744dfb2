"""1 / (1 - beta), the rule of thumb for an average's memory, is made a window."""


def smooth(losses, beta):
    width = max(round(1 / (1 - beta)), 1)
    smoothed = []
    for end in range(1, len(losses) + 1):
        window = losses[max(0, end - width) : end]
        smoothed.append(sum(window) / len(window))
    return smoothed
