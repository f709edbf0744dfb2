"""Pictures with labels, whatever they come from, and the loaders over them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from helpers.errors import CourseError

Transform = Callable[[Image.Image], Any]
UNLABELLED = -1


class Source(Protocol):
    """Where pictures come from: drawn ones, or photographs in a folder."""

    @property
    def fingerprint(self) -> str:
        """Hexadecimal digest of the pixels, without having to load them all."""

    def __len__(self) -> int:
        """Return the number of pictures."""

    def picture(self, index: int) -> Image.Image:
        """Return one picture as a PIL image in RGB."""


class ArraySource:
    """Pictures in one array [N, size, size, 3] of bytes: in memory, or mapped from a file."""

    def __init__(self, pixels: NDArray[np.uint8] | Path, fingerprint: str) -> None:
        """Keep the array, or map the .npy file at a path; only the path is ever pickled."""
        self._path = pixels if isinstance(pixels, Path) else None
        self._pixels = np.load(pixels, mmap_mode="r") if isinstance(pixels, Path) else pixels
        self.fingerprint = fingerprint

    def __len__(self) -> int:
        return len(self._pixels)

    def picture(self, index: int) -> Image.Image:
        return Image.fromarray(np.array(self._pixels[index]))

    def __reduce__(self) -> tuple[type[ArraySource], tuple[Any, str]]:
        kept = self._pixels if self._path is None else self._path
        return ArraySource, (kept, self.fingerprint)


class Pictures(Dataset[tuple[Any, int]]):
    """A sequence of (picture, label); the picture goes through `transform` on its way out.

    Attributes:
        name: of the split, for titles and messages.
        classes: names, in the order of the labels.
        labels: LongTensor [N]; all -1 where the answers are not given.
        transform: PIL image in, anything out; None leaves the PIL image as it is.
        fingerprint: 64 hexadecimal digits that name exactly these pictures with these labels in
            this order. The transform is not part of it.
    """

    def __init__(
        self,
        source: Source,
        labels: Sequence[int] | torch.Tensor,
        classes: Sequence[str],
        name: str,
        transform: Transform | None = None,
        indices: Sequence[int] | None = None,
    ) -> None:
        """Take the pictures of a source, or those at `indices`, with one label each."""
        self._source = source
        self._indices = np.arange(len(source)) if indices is None else np.asarray(indices, np.int64)
        self.labels = torch.as_tensor(labels, dtype=torch.long)
        if len(self.labels) != len(self._indices):
            raise ValueError(f"{len(self.labels)} labels for {len(self._indices)} pictures")
        self.classes = tuple(classes)
        self.name = name
        self.transform = transform

    @property
    def fingerprint(self) -> str:
        digest = hashlib.sha256(self._source.fingerprint.encode())
        digest.update(self._indices.astype("<i8").tobytes())
        digest.update(self.labels.numpy().astype("<i8").tobytes())
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        picture: Any = self.picture(index)
        if self.transform is not None:
            picture = self.transform(picture)
        return picture, int(self.labels[index])

    def picture(self, index: int) -> Image.Image:
        """Return one picture as it was taken, without the transform."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"picture {index} of {len(self)}")
        return self._source.picture(int(self._indices[index]))

    def with_transform(self, transform: Transform | None) -> Pictures:
        """Return the same pictures through another transform."""
        return Pictures(
            self._source, self.labels, self.classes, self.name, transform, self._indices.tolist()
        )

    def subset(self, indices: Sequence[int] | torch.Tensor) -> Pictures:
        """Return the pictures at these positions, in this order."""
        chosen = np.asarray(indices, dtype=np.int64)
        return Pictures(
            self._source,
            self.labels[torch.from_numpy(chosen)],
            self.classes,
            self.name,
            self.transform,
            self._indices[chosen].tolist(),
        )

    def __repr__(self) -> str:
        return f"Pictures({self.name!r}, {len(self)} pictures of {len(self.classes)} classes)"


@dataclass(frozen=True)
class PictureSet:
    """What a lesson works on: the same classes in three labelled splits and, perhaps, one without.

    Attributes:
        name: of the data set.
        classes: names, in the order of the labels.
        size: side in pixels that the lessons train at.
        train: pictures to learn from.
        valid: pictures to decide with.
        test: pictures to report on, once.
        field: pictures without labels, for the last lesson; None where there are none.
    """

    name: str
    classes: tuple[str, ...]
    size: int
    train: Pictures
    valid: Pictures
    test: Pictures
    field: Pictures | None = None

    def __repr__(self) -> str:
        counts = f"{len(self.train)} train, {len(self.valid)} valid, {len(self.test)} test"
        if self.field is not None:
            counts += f", {len(self.field)} field"
        return f"PictureSet({self.name!r}: {len(self.classes)} classes; {counts}; {self.size} px)"


def batches(
    pictures: Dataset[Any], batch_size: int = 32, shuffle: bool = False, seed: int = 0
) -> DataLoader[Any]:
    """Return a loader of (images [B, 3, H, W], labels [B]).

    The order comes from the loader's own generator: neither the global one nor what ran before
    changes it.

    Args:
        pictures: with a transform that makes tensors.
        batch_size: pictures in a batch; the last one may have fewer.
        shuffle: a new order each epoch.
        seed: of that order.

    Raises:
        CourseError: there are no pictures, or they have no transform.
    """
    if isinstance(pictures, Pictures):
        if len(pictures) == 0:
            raise CourseError(f"There are no pictures in {pictures.name!r}: choose some.")
        if pictures.transform is None:
            raise CourseError(
                f"The pictures of {pictures.name!r} have no transform, so they cannot be stacked: "
                "call pictures.with_transform(...) first."
            )
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(pictures, batch_size=batch_size, shuffle=shuffle, generator=generator)
