"""Short runs of any choice of stages on stored activations, against the head alone.

Lesson 02: which layers deserve training?
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from helpers import models, training
from helpers.data import Pictures, PictureSet
from helpers.data.pictures import stack
from helpers.data.transforms import field_transform, plain_transform
from helpers.explore.probe import Features, at_most, head_accuracy, train_on_features
from helpers.explore.stage_costs import Row
from helpers.randomness import random_state
from helpers.training.views import EpochBatches, Order, SeededViews

VIEWS, EPOCHS, BATCH = 4, 6, 32
HEAD_EPOCHS = 10  # over all views
DECAY = 0.01
MOST_TRAIN, MOST_VALID = 320, 240
MOST_BYTES = 256e6  # of activations; what takes more goes through pixels


@dataclass(frozen=True)
class Choice:
    """What the controls say: positions of the unfrozen rows, and how they learn.

    Attributes:
        chosen: positions of the unfrozen rows, without the head.
        lr: of the head.
        factor: how many times slower each earlier row learns.
        norms_learn: whether the norms of the unfrozen rows learn too.
    """

    chosen: frozenset[int]
    lr: float
    factor: float
    norms_learn: bool = False

    def rate(self, rows: Sequence[Row], position: int) -> float:
        """The rate of one row: falling from the head towards the input."""
        return self.lr / self.factor ** (len(rows) - 1 - position)


@dataclass(frozen=True)
class Trial:
    """A run: accuracies on validation pictures as fractions, and the share of what was trained."""

    choice: Choice
    accuracy: float
    head_alone: float
    trainable: float
    pictures: int

    @property
    def gain(self) -> float:
        """Points won against the head alone."""
        return 100 * (self.accuracy - self.head_alone)


class Bench:
    """Everything short runs need; built when the first of them begins."""

    def __init__(self, model: nn.Module, pictures: PictureSet, rows: Sequence[Row]) -> None:
        """Keep a frozen copy of the model.

        Args:
            model: with a head for the classes of `pictures`; it is not changed.
            pictures: `train` to learn from, augmented; `valid` to measure on.
            rows: of the model.
        """
        self.model, self.rows = models.freeze_backbone(copy.deepcopy(model)), rows
        self.train = at_most(pictures.train, MOST_TRAIN)
        self.valid = at_most(pictures.valid, MOST_VALID)
        config = models.config_of(model)
        self.field = field_transform(pictures.size, config.mean, config.std)
        self.plain = plain_transform(pictures.size, config.mean, config.std)
        self._caches: dict[str, tuple[training.PrefixCache, training.PrefixCache]] = {}
        self._head: tuple[nn.Linear, float] | None = None

    @property
    def looks(self) -> int:
        """How many views go through the frozen stages before they are stored."""
        return VIEWS * len(self.train) + len(self.valid)

    def stores(self, first: int, before: float) -> bool:
        """Whether activations of this size (bytes a picture) before this row are stored."""
        return first > 0 and before * self.looks <= MOST_BYTES

    def ready(self, first: int) -> bool:
        """Whether activations before this row are in memory."""
        return self._boundary(first) in self._caches

    def _boundary(self, first: int) -> str:
        """Where stored activations end: at this row, or at a Dropout before it, which acts."""
        for name, part in models.chain(self.model):
            if name == self.rows[first].first or isinstance(part, nn.Dropout):
                return name
        raise AssertionError("every row begins at a link of the chain")

    def store(self, first: int) -> None:
        """Compute the activations before this row, or find them on disk."""
        name = self._boundary(first)
        if name not in self._caches:
            fold = self.rows[first].is_head
            self._caches[name] = (
                training.PrefixCache(
                    self.model, self.train, self.field, VIEWS, boundary=name, fold=fold
                ),
                training.PrefixCache(self.model, self.valid, self.plain, boundary=name, fold=fold),
            )

    def head(self) -> tuple[nn.Linear, float]:
        """A head trained on the frozen backbone, and its accuracy on validation pictures."""
        if self._head is None:
            self.store(len(self.rows) - 1)
            train, valid = self._caches[self._boundary(len(self.rows) - 1)]
            every_view = train.batches(len(self.train))  # one more each time it is gone through
            views = [_features(train, every_view) for _ in range(VIEWS)]
            values, labels = (torch.cat(each) for each in zip(*views, strict=True))
            taught = Features(values, labels)
            head = train_on_features(taught, len(self.train.classes), HEAD_EPOCHS).head
            known = Features(*_features(valid, valid.batches(len(self.valid))))
            self._head = head, head_accuracy(head, known)
        return self._head

    def run(self, choice: Choice, before: float, seed: int = 0) -> Generator[float, None, Trial]:
        """Train the chosen rows and the head, from the trained head on, by one cycle of AdamW.

        Args:
            choice: what is trained.
            before: bytes a picture that the first trained row takes in; too many of them are not
                stored, and the run goes through pixels.
            seed: of the order and of dropout.

        Yields:
            The share done, after each batch.
        """
        head, head_alone = self.head()
        first = min([*choice.chosen, len(self.rows) - 1])
        model = copy.deepcopy(self.model)
        model.get_submodule(models.head_name(model)).load_state_dict(head.state_dict())
        unfreeze(model, self.rows, choice)
        net = model
        if self.stores(first, before):
            self.store(first)
            boundary = self._boundary(first)
            stored, checks = self._caches[boundary]
            net = _tail(model, boundary)
            train, valid = stored.batches(BATCH, True, seed), checks.batches(BATCH)
        else:
            train = _pixels(self.train, self.field, VIEWS, True, seed)
            valid = _pixels(self.valid, self.plain, 1, False, seed)
        yield from self._fit(net, train, model, choice, seed)
        accuracy = training.evaluate(net, valid)[1]
        numbers = [p.numel() for p in model.parameters() if p.requires_grad]
        share = sum(numbers) / sum(p.numel() for p in model.parameters())
        return Trial(choice, accuracy, head_alone, share, len(self.valid))

    def _fit(
        self, net: nn.Module, train: EpochBatches, model: nn.Module, choice: Choice, seed: int
    ) -> Generator[float, None, None]:
        groups = groups_of(model, self.rows, choice)
        optimizer = torch.optim.AdamW(groups, weight_decay=DECAY)
        # OneCycleLR divides by zero when its rise is a single step.
        steps = EPOCHS * len(train)
        scheduler = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            [group["lr"] for group in groups],
            total_steps=max(8, steps + 2),
            pct_start=0.25,
            cycle_momentum=False,
        )
        done = 0
        for _ in range(EPOCHS):
            for images, labels in train:
                done += 1
                if len(labels) > 1:  # a BatchNorm that learns cannot normalise a single picture
                    with random_state(seed, done):
                        history = training.fit(
                            net,
                            [(images, labels)],
                            epochs=1,
                            optimizer=optimizer,
                            scheduler=scheduler,
                            progress=False,
                        )
                    if history.stopped:  # the loss is no number any more
                        return
                yield done / steps


def unfreeze(model: nn.Module, rows: Sequence[Row], choice: Choice) -> None:
    """Make the chosen rows and the head trainable, in place, and nothing else."""
    training.unfreeze(model, [name for i in choice.chosen for name in rows[i].names])
    if choice.norms_learn:
        for i in choice.chosen:
            for name in rows[i].names:
                model.get_submodule(name).requires_grad_(True)


def groups_of(model: nn.Module, rows: Sequence[Row], choice: Choice) -> list[dict[str, Any]]:
    """A group for each part that learns, at its rate."""
    groups = []
    for i in [*sorted(choice.chosen), len(rows) - 1]:
        parts = [model.get_submodule(name) for name in rows[i].names]
        own = [p for part in parts for p in part.parameters() if p.requires_grad]
        groups.append({"params": own, "lr": choice.rate(rows, i)})
    return groups


def _features(
    cache: training.PrefixCache, batches: EpochBatches
) -> tuple[torch.Tensor, torch.Tensor]:
    """What arrives at the head when nothing acts at random: [N, width], and the labels."""
    values, labels = training.predict(cache.tail[:-1], batches)
    return values.flatten(1), labels


def _tail(model: nn.Module, first: str) -> nn.Module:
    links = models.chain(model)
    cut = [name for name, _ in links].index(first)
    return nn.Sequential(OrderedDict((str(i), part) for i, (_, part) in enumerate(links[cut:])))


def _pixels(
    pictures: Pictures, transform: Any, views: int, shuffle: bool, seed: int
) -> EpochBatches:
    seen = SeededViews(pictures, transform, views, seed)

    def fetch(indices: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
        pairs = zip(indices.tolist(), chosen.tolist(), strict=True)
        return stack([seen[pair] for pair in pairs])

    return EpochBatches(Order(len(pictures), views, shuffle, seed), BATCH, pictures.labels, fetch)
