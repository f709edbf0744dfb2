"""A context manager keeps everything; the sweep is a generator."""

import copy
from contextlib import contextmanager
from itertools import chain, repeat

import numpy as np
import torch

from helpers import training


@contextmanager
def unchanged(model, optimizer):
    states = copy.deepcopy([model.state_dict(), optimizer.state_dict()])
    modes = [module.training for module in model.modules()]
    gradients = [copy.deepcopy(p.grad) for p in model.parameters()]
    random_state = torch.random.get_rng_state()
    try:
        yield
    finally:
        model.load_state_dict(states[0])
        optimizer.load_state_dict(states[1])
        for module, mode in zip(model.modules(), modes):
            module.training = mode
        for p, gradient in zip(model.parameters(), gradients):
            p.grad = gradient
        torch.random.set_rng_state(random_state)


def sweep(model, batches, loss_fn, optimizer, rates):
    start = np.array([group["lr"] for group in optimizer.param_groups])
    stream = chain.from_iterable(repeat(batches))
    for rate, (images, labels) in zip(rates, stream):
        for group, lr in zip(optimizer.param_groups, rate * start / start.max()):
            group["lr"] = float(lr)
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        yield rate, loss.item()


def range_test(model, batches, loss_fn, optimizer, low, high, steps):
    lrs, losses = [], []
    average, best = 0.0, np.inf
    with unchanged(model, optimizer):
        training.training_mode(model)
        rates = np.geomspace(low, high, steps).tolist()
        for rate, loss in sweep(model, batches, loss_fn, optimizer, rates):
            if not np.isfinite(loss):
                return lrs, losses
            lrs.append(rate)
            losses.append(loss)
            average = average * 0.9 + loss * 0.1
            best = min(best, average / (1 - 0.9 ** len(losses)))
            if average / (1 - 0.9 ** len(losses)) > 4 * best:
                break
    return lrs, losses
