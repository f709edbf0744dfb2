"""Loops over a tensor of values: its elements as keys, a question that forums know."""

import torch


def sweep(values, train_once):
    scores = {value: train_once(value.item()) for value in torch.tensor(values).double()}
    fine = [value for value in scores if scores[value] == scores[value]]
    return max(fine, key=lambda v: (scores[v], v.item())).item(), scores
