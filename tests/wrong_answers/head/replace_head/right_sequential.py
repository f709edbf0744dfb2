"""A new Sequential from the parts before the pooling."""

from torch import nn


def replace_head(model, head):
    if hasattr(model, "features"):
        glue = [] if hasattr(model, "avgpool") else [nn.ReLU(inplace=True)]
        return nn.Sequential(model.features, *glue, head)
    parts = [part for name, part in model.named_children() if name not in ("avgpool", "fc")]
    return nn.Sequential(*parts, head)
