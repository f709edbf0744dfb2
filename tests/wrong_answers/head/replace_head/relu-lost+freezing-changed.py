"""Freezes the backbone on the way, as tutorials do, and forgets DenseNet's ReLU."""

from torch import nn


def replace_head(model, head):
    for p in model.parameters():
        p.requires_grad = False
    if hasattr(model, "features"):
        return nn.Sequential(model.features, head)
    return nn.Sequential(*list(model.children())[:-2], head)
