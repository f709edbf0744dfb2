"""An ExitStack undoes everything; NumPy's sweep; gradients from autograd.grad."""

import contextlib
import copy
import itertools

import numpy as np
import torch

from helpers import training


def smoothed(losses, beta=0.9):
    weights = beta ** np.arange(len(losses))[::-1]
    return float(weights @ losses / weights.sum())


def range_test(model, batches, loss_fn, optimizer, low, high, steps, times=4):
    lrs, losses, course = [], [], []
    endless = itertools.chain.from_iterable(itertools.repeat(batches))
    with contextlib.ExitStack() as stack:
        stack.callback(torch.set_rng_state, torch.get_rng_state())
        stack.callback(optimizer.load_state_dict, copy.deepcopy(optimizer.state_dict()))
        stack.callback(model.load_state_dict, copy.deepcopy(model.state_dict()))
        for module in model.modules():
            stack.callback(setattr, module, "training", module.training)
        for p in model.parameters():
            stack.callback(setattr, p, "grad", copy.deepcopy(p.grad))
            p.grad = None
        training.training_mode(model)
        learning = [p for p in model.parameters() if p.requires_grad]
        ratios = np.array([group["lr"] for group in optimizer.param_groups])
        for lr, (images, labels) in zip(np.geomspace(low, high, steps), endless):
            for group, ratio in zip(optimizer.param_groups, ratios / ratios.max()):
                group["lr"] = lr * ratio
            loss = loss_fn(model(images), labels)
            if not np.isfinite(loss.item()):
                break
            course.append(smoothed([*losses, loss.item()]))
            if course[-1] > times * min(course):
                break
            lrs.append(lr)
            losses.append(loss.item())
            for p, gradient in zip(learning, torch.autograd.grad(loss, learning)):
                p.grad = gradient
            optimizer.step()
    return tuple(lrs), tuple(losses)
