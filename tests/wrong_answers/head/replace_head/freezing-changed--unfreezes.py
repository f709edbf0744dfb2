"""A new head is to be trained with all the rest, so everything is unfrozen."""

from torch import nn


def replace_head(model, head):
    model.requires_grad_(True)
    if hasattr(model, "avgpool"):
        model.avgpool = head
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), head)
