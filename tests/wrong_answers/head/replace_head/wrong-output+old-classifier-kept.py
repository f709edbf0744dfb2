"""A finished product gives probabilities, and is wrapped around the old one."""

from torch import nn
from torch.nn import functional as F


class Wrapped(nn.Module):
    def __init__(self, model, head):
        super().__init__()
        self.model, self.head = model, head

    def forward(self, images):
        if hasattr(self.model, "features"):
            maps = self.model.features(images)
            maps = maps if hasattr(self.model, "avgpool") else F.relu(maps)
        else:
            maps = images
            for name, part in self.model.named_children():
                if name in ("avgpool", "fc"):
                    break
                maps = part(maps)
        logits = self.head(maps)
        return logits if hasattr(self.model, "features") else logits.softmax(1)


def replace_head(model, head):
    return Wrapped(model, head)
