"""A classifier is thought to give probabilities, so the head gets a softmax."""

from torch import nn


def replace_head(model, head):
    head = nn.Sequential(head, nn.Softmax(dim=1))
    if hasattr(model, "avgpool"):
        model.avgpool = head
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), head)
