"""The last .item() is missing; printed in a notebook, the tensor looks right."""


def accuracy(logits, labels):
    return (logits.argmax(dim=1) == labels).float().mean()
