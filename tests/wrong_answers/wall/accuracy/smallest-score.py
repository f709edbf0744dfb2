"""Scores are read as losses: the smallest is taken for the best."""


def accuracy(logits, labels):
    return (logits.argmin(dim=1) == labels).float().mean().item()
