"""How much is too much: affinity and diversity (Gontijo-Lopes et al., arXiv 2002.08973).

A probe is a linear head on the frozen backbone, trained once on clean pictures. What it says of
augmented validation pictures, compared with the clean ones, measures an augmentation without
training anything again. Article, Data Augmentation.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional
from torchvision.transforms import v2

from helpers import data, models, training
from helpers.data import Pictures, PictureSet
from helpers.data.transforms import plain_transform
from helpers.errors import CourseError
from helpers.randomness import torch_random_state
from helpers.training.views import Transform

# Validation pictures behind the gauge: so many at 128 pixels, fewer where they are larger, so that
# a reading takes under a second; but never so few that one picture moves the affinity by 0.05.
SAMPLE, SMALLEST_SAMPLE = 80, 24
BATCH = 16


@dataclass(frozen=True)
class Features:
    """What the frozen backbone says of some pictures: values [N, width], labels [N]."""

    values: torch.Tensor
    labels: torch.Tensor


@dataclass(frozen=True)
class Curve:
    """Accuracies, as fractions, after each epoch of training a linear head."""

    head: nn.Linear
    train: list[float]
    valid: list[float]


def picture_set(pictures: PictureSet | None) -> PictureSet:
    """Return the pictures to explore; None stands for the course's data.

    Raises:
        CourseError: something else, such as a name or a single split.
    """
    if pictures is None:
        return data.load()
    if not isinstance(pictures, PictureSet):
        raise CourseError(
            f"A widget needs all splits of a data set, not {type(pictures).__name__}: give what "
            "data.load() returns."
        )
    return pictures


def fresh_copy(model: nn.Module | None, classes: int, seed: int = 0) -> nn.Module:
    """A copy of the model (default: the course's backbone) with a new linear head, on the CPU.

    Stored activations and pictures are there too, wherever the model has been trained.
    """
    if model is None:
        return models.backbone(classes=classes, seed=seed)
    copied = copy.deepcopy(model)
    width = models.config_of(copied).width
    copied.set_submodule(models.head_name(copied), models.fresh_linear(width, classes, seed))
    return copied.cpu()


class Backbone:
    """A frozen backbone without its head, ready for many forward passes."""

    def __init__(self, model: nn.Module | None, classes: int, size: int) -> None:
        """Take a copy of the model (default: the course's backbone), frozen; the original stays.

        Args:
            model: from `models.backbone`.
            classes: of the data; the head of the copy is made for them and not used.
            size: side of the pictures, in pixels.
        """
        base = models.backbone(classes=classes) if model is None else copy.deepcopy(model)
        self.model = models.freeze_backbone(base).cpu()  # where pictures are
        self.config = models.config_of(self.model)
        self.size = size
        head = models.head_name(self.model)
        links = models.chain(self.model)
        body = nn.Sequential(*[part for name, part in links[: _index(links, head)]])
        self._body = models.fold_batchnorm(body).to(memory_format=torch.channels_last)
        self._normalise = v2.Normalize(self.config.mean, self.config.std)

    def clean(self, pictures: Pictures) -> Features:
        """The features of pictures as they are; computed once, then kept on disk."""
        transform = plain_transform(self.size, self.config.mean, self.config.std)
        cache = training.PrefixCache(self.model, pictures, transform, fold=True)
        # Where a Dropout stands before the head, the cache ends there; here it does not act.
        values, labels = training.predict(cache.tail[:-1], cache.batches(len(pictures)))
        return Features(values.flatten(1), labels)

    def features(self, images: list[torch.Tensor]) -> torch.Tensor:
        """[N, width] for images [3, size, size] in [0, 1]."""
        batch = self._normalise(torch.stack(images))
        with torch.inference_mode():
            values = self._body(batch.contiguous(memory_format=torch.channels_last))
        return values.flatten(1).clone()


def _index(links: list[tuple[str, nn.Module]], name: str) -> int:
    return [link for link, _ in links].index(name)


def train_on_features(
    train: Features,
    classes: int,
    epochs: int = 25,
    valid: Features | None = None,
    learning_rate: float = 1e-3,
    batch_size: int = 32,
    seed: int = 0,
) -> Curve:
    """Train a linear head on features with Adam: the wall of lesson 00, in a fraction of a second.

    Args:
        train: to learn from.
        classes: number of outputs.
        epochs: passes over the features.
        valid: to measure after each epoch.
        learning_rate: constant.
        batch_size: the last batch of an epoch may be smaller.
        seed: of the initial head and of the order.
    """
    head = models.fresh_linear(train.values.shape[1], classes, seed)
    optimizer = torch.optim.Adam(head.parameters(), learning_rate, fused=True)
    order = torch.Generator().manual_seed(seed)
    curve = Curve(head, [], [])
    for _ in range(epochs):
        for rows in torch.randperm(len(train.labels), generator=order).split(batch_size):
            loss = functional.cross_entropy(head(train.values[rows]), train.labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        curve.train.append(head_accuracy(head, train))
        if valid is not None:
            curve.valid.append(head_accuracy(head, valid))
    return curve


@torch.no_grad()
def head_accuracy(head: nn.Module, features: Features) -> float:
    """Share of pictures whose species the head names."""
    return training.accuracy(head(features.values), features.labels)


@dataclass(frozen=True)
class Reading:
    """What the gauge knows of one augmentation.

    Attributes:
        accuracy: of the probe on augmented pictures.
        clean_accuracy: of the probe on the same pictures without augmentation.
        diversity: mean distance of a picture's features from those of its variant, in units of
            the distance between two photographs of one species: 0 are copies, 1 is as different
            as another photograph.
        pictures: how many were measured.
    """

    accuracy: float
    clean_accuracy: float
    diversity: float
    pictures: int

    @property
    def affinity(self) -> float:
        """Accuracy on augmented pictures relative to clean ones; 0 when clean accuracy is 0."""
        return self.accuracy / self.clean_accuracy if self.clean_accuracy else 0.0

    @property
    def margin(self) -> float:
        """One standard error of the affinity with this many pictures, roughly."""
        spread = math.sqrt(max(self.accuracy * (1 - self.accuracy), 0.01) / self.pictures)
        return spread / self.clean_accuracy if self.clean_accuracy else 0.0


class Probe:
    """The fixed judge of the gauge: a head trained on clean pictures, and a fixed sample."""

    def __init__(
        self, pictures: PictureSet, backbone: Backbone, sample: int | None = None, seed: int = 0
    ) -> None:
        """Train the head on clean features and measure the clean sample.

        Args:
            pictures: the head learns from `train`; the sample comes from `valid`.
            backbone: gives the features.
            sample: number of validation pictures, as equal over the classes as they allow.
            seed: of the head, and of the augmentations of the sample.
        """
        self.pictures, self.backbone, self.seed = pictures, backbone, seed
        self.train = backbone.clean(pictures.train)
        self.head = train_on_features(self.train, len(pictures.classes), seed=seed).head
        wanted = sample or max(
            SMALLEST_SAMPLE, min(SAMPLE, int(SAMPLE * (128 / backbone.size) ** 2))
        )
        self.rows = spread_over_classes(pictures.valid.labels, wanted)
        whole = backbone.clean(pictures.valid)
        self.clean = Features(whole.values[self.rows], whole.labels[self.rows])
        self.clean_accuracy = head_accuracy(self.head, self.clean)
        self.unit = same_class_distance(whole)

    def measure(self, transform: Transform) -> Reading:
        """Affinity and diversity of a transform (PIL image -> [3, size, size] in [0, 1])."""
        steps = self.measuring(transform)
        while True:
            try:
                next(steps)
            except StopIteration as finished:
                reading: Reading = finished.value
                return reading

    def measuring(self, transform: Transform) -> Generator[float, None, Reading]:
        """The same in small steps: yields the share done after each, returns the reading."""
        seen = []
        for start in range(0, len(self.rows), BATCH):
            images = []
            for row in self.rows[start : start + BATCH]:
                with torch_random_state(self.seed + row):
                    images.append(transform(self.pictures.valid.picture(row)))
            seen.append(self.backbone.features(images))
            yield min(1.0, (start + BATCH) / len(self.rows))
        augmented = Features(torch.cat(seen), self.clean.labels)
        moved = (augmented.values - self.clean.values).norm(dim=1).mean().item()
        accuracy = head_accuracy(self.head, augmented)
        return Reading(accuracy, self.clean_accuracy, moved / self.unit, len(self.rows))


def spread_over_classes(labels: torch.Tensor, count: int) -> list[int]:
    """Positions of `count` pictures: the first of every class, then the second of every class."""
    rank = torch.zeros_like(labels)
    for label in labels.unique():
        mine = labels == label
        rank[mine] = torch.arange(int(mine.sum()))
    order = torch.argsort(rank * (int(labels.max()) + 1) + labels)
    rows: list[int] = order[:count].tolist()
    return rows


def at_most(pictures: Pictures, count: int) -> Pictures:
    """At most `count` of the pictures, as equal over the classes as they allow."""
    if len(pictures) <= count:
        return pictures
    return pictures.subset(spread_over_classes(pictures.labels, count))


def same_class_distance(features: Features) -> float:
    """Mean distance between the features of two pictures of one class (1 where there is none)."""
    distances = torch.cdist(features.values, features.values)
    same = features.labels[:, None] == features.labels[None]
    same.fill_diagonal_(False)
    return distances[same].mean().item() if same.any() else 1.0
