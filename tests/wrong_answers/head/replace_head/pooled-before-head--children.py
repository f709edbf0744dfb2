"""list(model.children())[:-1] is the recipe for features, and those are pooled."""

from torch import nn


def replace_head(model, head):
    return nn.Sequential(*list(model.children())[:-1], head)
