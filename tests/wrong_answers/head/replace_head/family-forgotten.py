"""A ResNet's forward is copied part by part, as the network in mind is a ResNet."""

from torch import nn


def replace_head(model, head):
    parts = [model.conv1, model.bn1, model.relu if hasattr(model, "relu") else model.act1]
    parts += [model.maxpool] if hasattr(model, "maxpool") else []
    return nn.Sequential(*parts, model.layer1, model.layer2, model.layer3, model.layer4, head)
