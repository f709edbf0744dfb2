"""shape[1] is mistaken for the number of pictures."""


def accuracy(logits, labels):
    right = (logits.argmax(dim=1) == labels).sum().item()
    return right / logits.shape[1]
