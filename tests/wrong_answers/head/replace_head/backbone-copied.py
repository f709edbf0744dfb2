"""Works on a copy, so as not to touch the model."""

import copy

from torch import nn


def replace_head(model, head):
    model = copy.deepcopy(model)
    if hasattr(model, "avgpool"):
        model.avgpool = head
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), head)
