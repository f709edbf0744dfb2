"""A class with two parts."""

import torch
from torch import nn
from torchvision.models import DenseNet


class Model(nn.Module):
    def __init__(self, backbone, head, rectify):
        super().__init__()
        self.backbone, self.head, self.rectify = backbone, head, rectify

    def forward(self, images):
        maps = self.backbone(images)
        return self.head(torch.relu(maps) if self.rectify else maps)


def replace_head(model, head):
    if hasattr(model, "features"):
        body = model.features
    else:
        del model.fc, model.avgpool
        body = nn.Sequential(*model.children())
    return Model(body, head, isinstance(model, DenseNet))
