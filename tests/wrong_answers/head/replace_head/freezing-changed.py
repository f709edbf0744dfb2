"""Tutorials freeze the backbone before they put in a new head."""

from torch import nn


def replace_head(model, head):
    for p in model.parameters():
        p.requires_grad = False
    if hasattr(model, "avgpool"):
        model.avgpool = head
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), head)
