"""A hook keeps the maps, and the head takes them from there."""

import torch
from torch import nn


class Kept(nn.Module):
    def __init__(self, head, rectify):
        super().__init__()
        self.head, self.rectify, self.kept = head, rectify, []

    def forward(self, pooled):
        maps = self.kept.pop()
        return self.head(torch.relu(maps) if self.rectify else maps)


def replace_head(model, head):
    name = "fc" if hasattr(model, "fc") else "classifier"
    last = Kept(head, not hasattr(model, "avgpool"))
    setattr(model, name, last)
    source = model.features if hasattr(model, "features") else model.layer4
    source.register_forward_hook(lambda module, given, maps: last.kept.append(maps))
    return model
