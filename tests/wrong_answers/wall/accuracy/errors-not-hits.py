"""The comparison was turned round while rewriting an error rate."""


def accuracy(logits, labels):
    return (logits.argmax(dim=1) != labels).float().mean().item()
