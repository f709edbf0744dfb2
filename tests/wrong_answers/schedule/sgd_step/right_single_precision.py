"""Everything in single precision, in a named pair."""

from typing import NamedTuple

import torch


class State(NamedTuple):
    weight: torch.Tensor
    velocity: torch.Tensor


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    weight, gradient, velocity = weight.float(), gradient.float(), velocity.float()
    velocity = velocity * torch.tensor(momentum) + gradient
    ahead = (1 + momentum) * velocity - (velocity - gradient)
    return State(weight - torch.tensor(lr) * (ahead if nesterov else velocity), velocity)
