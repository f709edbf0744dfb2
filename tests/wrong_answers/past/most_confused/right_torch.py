"""A stable sort in torch; the triples hold tensors of one element."""

import torch


def most_confused(confusion, k):
    counts = torch.as_tensor(confusion).clone().float()
    counts.fill_diagonal_(0)
    values, places = counts.flatten().sort(descending=True, stable=True)
    rows, columns = places // len(counts), places % len(counts)
    found = int((values > 0).sum())
    return list(zip(rows, columns, values))[: min(k, found)]
