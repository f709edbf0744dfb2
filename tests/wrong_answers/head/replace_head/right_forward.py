"""Another forward method."""

import types

from torch import nn
from torch.nn import functional as F


def _forward(self, images):
    return self.classifier(F.relu(self.features(images)))


def replace_head(model, head):
    if hasattr(model, "avgpool"):
        model.avgpool = head
        setattr(model, "fc" if hasattr(model, "fc") else "classifier", nn.Identity())
    else:
        model.classifier = head
        model.forward = types.MethodType(_forward, model)
    return model
