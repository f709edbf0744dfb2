"""New layers have to be initialised, and the loop does it for all of them."""

from torch import nn


def replace_head(model, head):
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.reset_parameters()
    if hasattr(model, "avgpool"):
        model.avgpool = head
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), head)
