"""The inside of a loop, where right answers of a batch are summed up, taken out of it."""


def accuracy(logits, labels):
    return (logits.argmax(dim=1) == labels).sum()
