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
    lrs, losses = [], []
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
            if losses[-1] > 4 * min(losses):
                break
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    finally:
        torch.set_rng_state(before)
    return lrs, losses
