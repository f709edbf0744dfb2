"""torchvision's graph of the network, cut where the maps are."""

import torch
from torch import nn
from torchvision.models import DenseNet
from torchvision.models.feature_extraction import create_feature_extractor


class Cut(nn.Module):
    def __init__(self, body, head, rectify):
        super().__init__()
        self.body, self.head, self.rectify = body, head, rectify

    def forward(self, images):
        maps = self.body(images)["maps"]
        return self.head(torch.relu(maps) if self.rectify else maps)


def replace_head(model, head):
    node = "layer4" if hasattr(model, "layer4") else "features"
    body = create_feature_extractor(model, {node: "maps"})
    return Cut(body, head, isinstance(model, DenseNet))
