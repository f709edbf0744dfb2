"""What a frozen backbone says of pictures, pooled both ways, for several views of each.

Lessons 05 and 06 retrain a head at every touch of a control: on these features an epoch takes some
milliseconds.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import nn

from helpers import models, training
from helpers.data import Pictures, PictureSet
from helpers.data.transforms import field_transform, plain_transform
from helpers.errors import CourseError
from helpers.explore.probe import Features, at_most, fresh_copy
from helpers.models.config import attach

VIEWS = 4  # augmented ones of every training picture
MOST_TRAIN, MOST_VALID = 320, 240
AVERAGE, MAXIMUM, BOTH = "average", "maximum", "both"
POOLINGS = (AVERAGE, MAXIMUM, BOTH)


@dataclass(frozen=True)
class Views:
    """Features of several views of each picture: values [N, K, width], labels [N]."""

    values: torch.Tensor
    labels: torch.Tensor

    def take(self, rows: torch.Tensor | list[int]) -> Views:
        """Some of the pictures."""
        return Views(self.values[rows], self.labels[rows])


class Pooled:
    """Average and maximum of every channel of the last feature maps, of stored views.

    Attributes:
        channels: of the feature maps; a feature vector has twice as many numbers.
        side: height and width of the feature maps.
        classes: of the data.
        train: K augmented views of each training picture.
        plain: the training pictures as they are, one view each.
        valid: validation pictures as they are.
    """

    def __init__(self, pictures: PictureSet, model: nn.Module | None) -> None:
        """Send the pictures through a frozen copy of the model, or find their features on disk.

        Args:
            pictures: `train` to learn from and `valid` to measure on; many are thinned out.
            model: from `models.backbone`; default: the course's backbone. It is not changed.

        Raises:
            CourseError: a model whose pooling cannot be told from the rest of it.
        """
        self.classes = len(pictures.classes)
        net = pooling_both(fresh_copy(model, self.classes))
        config = models.config_of(net)
        with torch.no_grad():
            maps = net[:-3](torch.zeros(1, 3, pictures.size, pictures.size))
        self.channels, self.side = int(maps.shape[1]), (int(maps.shape[2]), int(maps.shape[3]))
        train = at_most(pictures.train, MOST_TRAIN)
        valid = at_most(pictures.valid, MOST_VALID)
        plain = plain_transform(pictures.size, config.mean, config.std)
        field = field_transform(pictures.size, config.mean, config.std)
        self.train = _views(net, train, field, VIEWS)
        self.plain = _views(net, train, plain, 1)
        known = _views(net, valid, plain, 1)
        self.valid = Features(known.values[:, 0], known.labels)

    def part(self, pooling: str) -> slice:
        """Which of the numbers of a feature vector this pooling gives."""
        first = self.channels if pooling == MAXIMUM else 0
        return slice(first, self.channels if pooling == AVERAGE else 2 * self.channels)


def pooling_both(model: nn.Module) -> nn.Sequential:
    """The frozen model as a chain that pools both ways: ..., pool, flatten, head.

    Args:
        model: from `models.backbone`; its parts are shared with the chain.

    Raises:
        CourseError: the model is of a family whose parts are not known one by one.
    """
    links = models.chain(models.freeze_backbone(model))
    names = [name for name, _ in links]
    config = models.config_of(model)
    if "<flatten>" not in names:
        raise CourseError(
            f"The pooling of {config.name} is hidden in its forward method: use lite0, a ResNet, "
            "a DenseNet, an EfficientNet or a MobileNet."
        )
    body = links[: names.index("<flatten>") - 1]
    parts = OrderedDict((str(number), part) for number, (_, part) in enumerate(body))
    parts["pool"], parts["flatten"] = models.ConcatPool(), nn.Flatten(1)
    parts["head"] = nn.Linear(1, 1)  # stands for the heads that are tried on what comes before
    net = nn.Sequential(parts).eval()
    attach(net, dataclasses.replace(config, head="head"))
    return net


def _views(
    net: nn.Module, pictures: Pictures, transform: training.views.Transform, count: int
) -> Views:
    cache = training.PrefixCache(net, pictures, transform, count, fold=True)
    every_view = cache.batches(len(pictures))  # one more each time it is gone through
    values = [next(iter(every_view))[0] for _ in range(count)]
    return Views(torch.stack(values, 1), pictures.labels)
