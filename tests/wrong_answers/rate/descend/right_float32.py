"""torch in its usual precision, written into a tensor."""

import torch


def descend(gradient, start, lr, steps):
    walk = torch.empty(steps + 1)
    walk[0] = start
    for k in range(steps):
        walk[k + 1] = walk[k] - lr * gradient(walk[k].item())
    return walk.tolist()
