"""With the other options of torch's SGD, at their defaults; own names for some of the settings."""

import torch


@torch.no_grad()
def sgd_step(w, g, v, lr, mu=0.9, *, nesterov=False, dampening=0.0, weight_decay=0.0):
    slope = g + weight_decay * w
    v = torch.add((1 - dampening) * slope, v, alpha=mu)
    return torch.sub(w, slope.add(v, alpha=mu) if nesterov else v, alpha=lr), v
