"""DenseNet needs a ReLU, so all networks get one and are treated alike."""

from torch import nn


def replace_head(model, head):
    if hasattr(model, "avgpool"):
        model.avgpool = nn.Sequential(nn.ReLU(), head)
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
        return model
    return nn.Sequential(model.features, nn.ReLU(), head)
