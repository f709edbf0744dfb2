"""Backbone and head are thought of as two, so both come back."""

from torch import nn


def replace_head(model, head):
    setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
    return model, head
