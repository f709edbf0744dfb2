"""A head of its own for each model, so it is copied first."""

import copy

from torch import nn


class Ask(nn.Module):
    def __init__(self, head):
        super().__init__()
        self.heads = [head]

    def forward(self, x):
        return self.heads[0](x)


def replace_head(model, head):
    head = copy.deepcopy(head)
    call = Ask(head)
    if hasattr(model, "avgpool"):
        model.avgpool = call
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), call)
