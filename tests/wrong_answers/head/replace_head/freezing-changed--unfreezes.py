"""Makes everything trainable."""

from torch import nn


def replace_head(model, head):
    model.requires_grad_(True)
    if hasattr(model, "avgpool"):
        model.avgpool = head
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), head)
