"""A dummy picture is sent through to learn the shape, and BatchNorm learns from it."""

import torch
from torch import nn


def replace_head(model, head):
    model.double().train()(torch.randn(2, 3, 32, 32, dtype=torch.float64))
    if hasattr(model, "avgpool"):
        model.avgpool = head
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), head)
