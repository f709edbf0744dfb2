"""A head with more than Linear and Dropout (article, "How should my classifier look like?")."""

from __future__ import annotations

import torch
from torch import nn

from helpers.errors import CourseError
from helpers.models.config import config_of
from helpers.models.stages import head_name
from helpers.randomness import torch_random_state

EPS = 1e-2
"""BatchNorm's epsilon in the head. The default 1e-5 blows up channels that hardly vary in the
training pictures, and on pictures of another kind those channels then drown the rest."""


class ConcatPool(nn.Module):
    """Average and maximum of every channel: [B, C, H, W] -> [B, 2C, 1, 1]."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x.mean((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)], 1)


def concat_head(
    model: nn.Module, classes: int, hidden: int = 256, dropout: float = 0.5, seed: int = 0
) -> nn.Module:
    """Put the article's kind of head on a model, in place; return the model.

    Average and maximum pooling, then BatchNorm, Dropout, Linear, ReLU, BatchNorm, Dropout, Linear.

    Args:
        model: from `models.backbone`, with an `avgpool` that is followed by the head.
        classes: number of classes.
        hidden: features between the two linear layers.
        dropout: probability before the last layer; half of it before the first.
        seed: of the fresh weights; the global random state is left as it was.

    Raises:
        CourseError: the model pools in its forward method, where nothing can be replaced.
    """
    if not isinstance(getattr(model, "avgpool", None), nn.Module):
        name = config_of(model).name
        raise CourseError(f"{name} has no avgpool to replace: use lite0 or a ResNet.")
    width = 2 * config_of(model).width
    with torch_random_state(seed):
        head = nn.Sequential(
            nn.BatchNorm1d(width, eps=EPS),
            nn.Dropout(dropout / 2),
            nn.Linear(width, hidden),
            nn.ReLU(),
            nn.BatchNorm1d(hidden, eps=EPS),
            nn.Dropout(dropout),
            nn.Linear(hidden, classes),
        )
    model.set_submodule("avgpool", ConcatPool())
    model.set_submodule(head_name(model), head)
    return model
