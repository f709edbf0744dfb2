"""torch's LambdaLR sweeps; the start of the sweep is a factor of each group's own rate."""

import copy

import torch

from helpers.training import training_mode


class Kept:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer
        self.states = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
        self.modes = {module: module.training for module in model.modules()}
        self.gradients = {p: None if p.grad is None else p.grad.clone() for p in model.parameters()}
        self.random_state = torch.get_rng_state()

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.model.load_state_dict(self.states[0])
        self.optimizer.load_state_dict(self.states[1])
        for module, mode in self.modes.items():
            module.training = mode
        for parameter, gradient in self.gradients.items():
            parameter.grad = gradient
        torch.set_rng_state(self.random_state)
        return False


def range_test(model, batches, loss_fn, optimizer, low, high, steps):
    lrs, losses, smoothed = [], [], []
    with Kept(model, optimizer):
        training_mode(model)
        top = max(group["lr"] for group in optimizer.param_groups)
        scheduler = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: low / top * (high / low) ** (step / (steps - 1))
        )
        average, waiting = 0.0, []
        while len(lrs) < steps:
            waiting = waiting or list(batches)
            images, labels = waiting.pop(0)
            optimizer.zero_grad()
            loss = loss_fn(model(images), labels)
            if torch.isnan(loss) or torch.isinf(loss):
                break
            lrs.append(max(group["lr"] for group in optimizer.param_groups))
            losses.append(loss.item())
            average = 0.9 * average + 0.1 * loss.item()
            smoothed.append(average / (1 - 0.9 ** len(losses)))
            if smoothed[-1] / min(smoothed) > 4:
                break
            loss.backward()
            optimizer.step()
            scheduler.step()
    return lrs, losses
