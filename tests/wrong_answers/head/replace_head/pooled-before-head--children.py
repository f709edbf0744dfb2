"""All children but the last."""

from torch import nn


def replace_head(model, head):
    return nn.Sequential(*list(model.children())[:-1], head)
