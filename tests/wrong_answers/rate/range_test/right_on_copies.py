"""Model and optimizer are copied together, so that the copies belong to each other."""

import copy
from itertools import cycle

import torch

from helpers import training


def range_test(model, batches, loss_fn, optimizer, low, high, steps):
    model, optimizer = copy.deepcopy((model, optimizer))
    optimizer.zero_grad()
    before = torch.get_rng_state()
    training.training_mode(model)
    top = max(group["lr"] for group in optimizer.param_groups)
    ratios = [group["lr"] / top for group in optimizer.param_groups]
    lrs, losses, smoothed = [], [], [0.0]
    try:
        for step, (images, labels) in zip(range(steps), cycle(batches)):
            lr = low * (high / low) ** (step / (steps - 1))
            for group, ratio in zip(optimizer.param_groups, ratios):
                group["lr"] = lr * ratio
            loss = loss_fn(model(images), labels)
            if not loss.isfinite():
                break
            lrs.append(lr)
            losses.append(loss.item())
            smoothed.append(0.9 * smoothed[-1] + 0.1 * losses[-1])
            course = [value / (1 - 0.9**k) for k, value in enumerate(smoothed[1:], 1)]
            if course[-1] > 4 * min(course):
                break
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    finally:
        torch.set_rng_state(before)
    return lrs, losses
