"""Corrections in single precision; own names, eps by name only, and one more option."""

import torch


def adam_step(w, g, m, v, t, rate, b=(0.9, 0.999), *, eps=1e-8, weight_decay=0.0):
    m, v = torch.lerp(m, g, 1 - b[0]), torch.lerp(v, g.square(), 1 - b[1])
    fair = [1 - beta ** torch.tensor(t, dtype=torch.float32) for beta in b]
    return w - rate * weight_decay * w - rate * (m / fair[0]) / ((v / fair[1]).sqrt() + eps), m, v
