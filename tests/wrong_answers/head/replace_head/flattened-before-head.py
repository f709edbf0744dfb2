"""print shows avgpool and fc; the flatten between them is only in forward."""

from torch import nn


def replace_head(model, head):
    model.avgpool = nn.Identity()
    model.fc = head
    return model
