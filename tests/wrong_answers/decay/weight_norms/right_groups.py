"""Asks decay_groups who decays."""

import torch

from helpers import training


def weight_norms(model):
    groups = training.decay_groups(model, 1.0)
    chosen = {id(p) for group in groups if group["weight_decay"] for p in group["params"]}
    with torch.no_grad():
        return {
            n: float((p * p).sum() ** 0.5) for n, p in model.named_parameters() if id(p) in chosen
        }
