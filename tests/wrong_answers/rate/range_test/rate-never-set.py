"""optimizer.lr is how Keras had it, and torch takes any new attribute."""

import copy

import torch

from helpers import training


def range_test(model, batches, loss_fn, optimizer, low, high, steps):
    weights = copy.deepcopy(model.state_dict())
    memory = copy.deepcopy(optimizer.state_dict())
    modes = {module: module.training for module in model.modules()}
    gradients = {p: None if p.grad is None else p.grad.clone() for p in model.parameters()}
    random_state = torch.get_rng_state()
    top = max(group["lr"] for group in optimizer.param_groups)
    ratios = [group["lr"] / top for group in optimizer.param_groups]
    lrs, losses, average, best = [], [], 0.0, float("inf")
    try:
        training.training_mode(model)
        iterator = iter(batches)
        for step in range(steps):
            try:
                images, labels = next(iterator)
            except StopIteration:
                iterator = iter(batches)
                images, labels = next(iterator)
            lr = low * (high / low) ** (step / max(steps - 1, 1))
            optimizer.lr = lr
            loss = loss_fn(model(images), labels)
            if not torch.isfinite(loss):
                break
            lrs.append(lr)
            losses.append(loss.item())
            average = 0.9 * average + 0.1 * loss.item()
            smoothed = average / (1 - 0.9 ** len(losses))
            best = min(best, smoothed)
            if smoothed > 4 * best:
                break
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    finally:
        model.load_state_dict(weights)
        optimizer.load_state_dict(memory)
        for module, mode in modes.items():
            module.training = mode
        for p, gradient in gradients.items():
            p.grad = gradient
        torch.set_rng_state(random_state)
    return lrs, losses
