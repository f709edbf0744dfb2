"""A double slash, from counting whole batches."""


def accuracy(logits, labels):
    right = int((logits.argmax(dim=1) == labels).sum())
    return float(right // len(labels))
