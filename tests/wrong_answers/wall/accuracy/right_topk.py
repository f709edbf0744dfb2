"""topk, and a ratio of whole numbers."""


def accuracy(logits, labels):
    _, best = logits.topk(1, dim=1)
    return best.squeeze(1).eq(labels).sum().item() / labels.numel()
