"""The shortest version: evaluation mode for good, and a plain division."""

import torch


@torch.no_grad()
def share(model, batches):
    model.eval()
    hits = [hit for x, y in batches for hit in (model(x).argmax(dim=1) == y).tolist()]
    return sum(hits) / len(hits)


def affinity(model, clean, augmented):
    return share(model, augmented) / share(model, clean)
