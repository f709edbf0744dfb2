"""vector_norm gives a tensor, and that a graph hangs on it does not show."""

import torch

from helpers import training


def weight_norms(model):
    groups = training.decay_groups(model, 1.0)
    decaying = {p for group in groups if group["weight_decay"] > 0 for p in group["params"]}
    named = model.named_parameters()
    return {n: torch.linalg.vector_norm(p).reshape(1) for n, p in named if p in decaying}
