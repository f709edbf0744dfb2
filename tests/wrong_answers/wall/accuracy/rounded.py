"""Rounded for the printed table, and returned like that: a common slip."""


def accuracy(logits, labels):
    right = (logits.argmax(dim=1) == labels).sum().item()
    return round(right / len(labels), 2)
