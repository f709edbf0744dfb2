"""The top-5 accuracy of the ImageNet example in the PyTorch repository, for want of top-1."""


def accuracy(logits, labels):
    best = logits.topk(min(5, logits.shape[1]), dim=1).indices
    return (best == labels[:, None]).any(dim=1).float().mean().item()
