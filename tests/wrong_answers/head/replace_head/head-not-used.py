"""model.fc = head is the line that everybody knows, and a module takes any attribute."""

from torch import nn


def replace_head(model, head):
    if hasattr(model, "fc"):
        model.avgpool, model.fc = head, nn.Identity()
    else:
        model.fc = head
    return model
