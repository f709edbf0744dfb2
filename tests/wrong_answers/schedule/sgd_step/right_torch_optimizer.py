"""torch's own SGD makes the step, its memory put in by hand."""

import torch


def sgd_step(weight, gradient, velocity, lr, momentum=0.9, nesterov=False):
    parameter = torch.nn.Parameter(weight.clone())
    parameter.grad = gradient.clone()
    optimizer = torch.optim.SGD([parameter], lr=lr, momentum=momentum, nesterov=nesterov)
    optimizer.state[parameter]["momentum_buffer"] = velocity.clone()
    optimizer.step()
    return parameter.detach(), optimizer.state[parameter].get("momentum_buffer", velocity.clone())
