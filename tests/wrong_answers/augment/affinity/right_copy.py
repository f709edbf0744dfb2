"""A copy of the model, all logits at once, max(..., 1) instead of a condition."""

import copy

import torch


def affinity(net, clean_batches, augmented_batches):
    twin = copy.deepcopy(net).eval()
    hits, sizes = [], []
    for batches in (clean_batches, augmented_batches):
        with torch.inference_mode():
            correct = torch.cat([twin(x).argmax(-1) == y for x, y in batches])
        hits.append(int(correct.sum()))
        sizes.append(len(correct))
    if not hits[0]:
        return 0
    return hits[1] * sizes[0] / (sizes[1] * hits[0])
