"""The loop that counts right answers forgets to divide at the end."""


def accuracy(logits, labels):
    return (logits.argmax(dim=1) == labels).sum().item()
