"""Dampening as large as the momentum, the default of Lua torch (torch/optim, issue 163)."""

import torch


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    velocity = torch.lerp(gradient, velocity, momentum)
    step = (1 - momentum) * gradient + momentum * velocity if nesterov else velocity
    return weight - lr * step, velocity
