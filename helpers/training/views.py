"""Augmented views that can be named: view k of picture i is the same picture every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import torch
from PIL import Image

from helpers.randomness import random_state, seed_of

Transform = Callable[[Image.Image], torch.Tensor]
Fetch = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class HasPictures(Protocol):
    """What the cache needs of `data.Pictures`."""

    labels: torch.Tensor

    @property
    def fingerprint(self) -> str: ...

    def __len__(self) -> int: ...

    def picture(self, index: int) -> Image.Image: ...


class SeededViews:
    """Views of pictures through a random transform, each with a random state of its own.

    Item (i, k) is picture i as transformed under generators (Python, NumPy, torch) seeded from
    (seed, k, i): the same tensor whenever and in whatever order it is asked for. The global
    random state is left as it was.
    """

    def __init__(
        self, pictures: HasPictures, transform: Transform, views: int = 1, seed: int = 0
    ) -> None:
        self.pictures, self.transform = pictures, transform
        self.views, self.seed = views, seed

    def __len__(self) -> int:
        return len(self.pictures) * self.views

    def __getitem__(self, item: tuple[int, int]) -> torch.Tensor:
        index, view = item
        with random_state(self.seed, view, index):
            return self.transform(self.pictures.picture(index))


class Order:
    """Which pictures come when, and in which view: a pure function of (seed, epoch).

    Each picture goes through all its views, in an order of its own, before one comes again.
    """

    def __init__(self, count: int, views: int, shuffle: bool, seed: int) -> None:
        self.count, self.views, self.shuffle, self.seed = count, views, shuffle, seed

    def epoch(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The order of the pictures [N] and the view of each picture [N] in one epoch."""
        if not self.shuffle:
            return torch.arange(self.count), torch.full((self.count,), number % self.views)
        order = torch.randperm(self.count, generator=_generator(self.seed, 0, number))
        turn, place = divmod(number, self.views)
        ranks = torch.rand(self.count, self.views, generator=_generator(self.seed, 1, turn))
        return order, ranks.argsort(1)[:, place]


def _generator(*numbers: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed_of(*numbers))


class EpochBatches:
    """Batches that can be iterated again and again: each time is the next epoch of an order."""

    def __init__(
        self,
        order: Order,
        batch_size: int,
        labels: torch.Tensor,
        fetch: Fetch,
    ) -> None:
        self.order, self.batch_size, self.labels, self.fetch = order, batch_size, labels, fetch
        self.next_epoch = 0

    def __len__(self) -> int:
        return -(-self.order.count // self.batch_size)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        order, views = self.order.epoch(self.next_epoch)
        self.next_epoch += 1
        for indices in order.split(self.batch_size):
            yield self.fetch(indices, views[indices]), self.labels[indices]
