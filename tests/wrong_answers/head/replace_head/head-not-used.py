"""Sets fc, whatever the network calls it."""

from torch import nn


def replace_head(model, head):
    if hasattr(model, "fc"):
        model.avgpool, model.fc = head, nn.Identity()
    else:
        model.fc = head
    return model
