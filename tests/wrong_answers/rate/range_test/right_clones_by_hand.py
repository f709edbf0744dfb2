"""Clones by hand, an interrupt swallowed, the diverged loss not kept."""

import math

import torch

from helpers.training import training_mode


def forever(batches):
    while True:
        yield from batches


def clone(value):
    return value.clone() if isinstance(value, torch.Tensor) else value


def range_test(model, batches, loss_fn, optimizer, low, high, steps):
    tensors = [*model.parameters(), *model.buffers()]
    saved = [(t, t.detach().clone(), None if t.grad is None else t.grad.clone()) for t in tensors]
    memory = {p: {k: clone(v) for k, v in s.items()} for p, s in optimizer.state.items()}
    rates = [group["lr"] for group in optimizer.param_groups]
    modes = [(module, module.training) for module in model.modules()]
    lrs, losses, smoothed = [], [], []
    average, stream = 0.0, forever(batches)
    with torch.random.fork_rng(devices=[]):
        try:
            training_mode(model)
            for step in range(steps):
                lr = math.exp(math.log(low) + (math.log(high) - math.log(low)) * step / (steps - 1))
                for group, rate in zip(optimizer.param_groups, rates):
                    group["lr"] = rate * lr / max(rates)
                images, labels = next(stream)
                optimizer.zero_grad()
                loss = loss_fn(model(images), labels)
                value = float(loss)
                average = 0.9 * average + 0.1 * value
                smoothed.append(average / (1 - 0.9 ** (step + 1)))
                if not math.isfinite(value) or smoothed[-1] > 4 * min(smoothed):
                    break
                loss.backward()
                optimizer.step()
                lrs.append(lr)
                losses.append(value)
        except KeyboardInterrupt:
            print("interrupted")
        finally:
            for tensor, value, gradient in saved:
                tensor.data.copy_(value)
                tensor.grad = gradient
            optimizer.state.clear()
            optimizer.state.update(memory)
            for group, rate in zip(optimizer.param_groups, rates):
                group["lr"] = rate
            for module, training in modes:
                module.training = training
    return lrs, losses
