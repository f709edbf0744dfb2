"""A class that saves and restores; optimizer.step gets a closure; the rate grows by a factor."""

import copy
import math

import torch

from helpers import training


class Kept:
    def __init__(self, model, optimizer):
        self.optimizer, self.memory = optimizer, copy.deepcopy(optimizer.state_dict())
        self.tensors = [(t, t.detach().clone()) for t in (*model.parameters(), *model.buffers())]
        self.gradients = [(p, copy.deepcopy(p.grad)) for p in model.parameters()]
        self.modes = [(module, module.training) for module in model.modules()]
        self.random_state = torch.get_rng_state()

    def restore(self):
        for tensor, value in self.tensors:
            tensor.data.copy_(value)
        for parameter, gradient in self.gradients:
            parameter.grad = gradient
        for module, mode in self.modes:
            module.training = mode
        self.optimizer.load_state_dict(self.memory)
        torch.set_rng_state(self.random_state)


def range_test(model, batches, loss_fn, optimizer, low, high, steps):
    kept, lrs, losses = Kept(model, optimizer), [], []
    own = [group["lr"] for group in optimizer.param_groups]
    try:
        training.training_mode(model)
        factor, lr, iterator = (high / low) ** (1 / (steps - 1)), low, iter(batches)
        average, best = 0.0, math.inf
        for count in range(1, steps + 1):
            batch = next(iterator, None)
            if batch is None:
                iterator = iter(batches)
                batch = next(iterator)
            for group, rate in zip(optimizer.param_groups, own):
                group["lr"] = lr * rate / max(own)

            def closure(images=batch[0], labels=batch[1]):
                optimizer.zero_grad()
                loss = loss_fn(model(images), labels)
                loss.backward()
                return loss

            loss = optimizer.step(closure).item()
            if loss != loss or abs(loss) == math.inf:
                break
            lrs.append(lr)
            losses.append(loss)
            average = 0.9 * average + 0.1 * loss
            best = min(best, average / (1 - 0.9**count))
            if average / (1 - 0.9**count) > 4 * best:
                break
            lr *= factor
    finally:
        kept.restore()
    return [lrs, losses]
