"""Pictures with labels, whatever they come from, and the loaders over them."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

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


class NoSuchPicture(CourseError, IndexError):
    """A position beyond the last picture; an IndexError too, which ends a for loop."""


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
        self.transform = None if transform is None else checked_transform(transform)

    @property
    def fingerprint(self) -> str:
        digest = hashlib.sha256(self._source.fingerprint.encode())
        digest.update(self._indices.astype("<i8").tobytes())
        digest.update(self.labels.numpy().astype("<i8").tobytes())
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """Return (picture, label): what the transform makes of the picture at a position.

        Raises:
            NoSuchPicture: a position that does not exist.
        """
        picture: Any = self.picture(index)
        if self.transform is not None:
            picture = self.transform(picture)
        return picture, int(self.labels[index])

    def picture(self, index: int) -> Image.Image:
        """Return one picture as it was taken, without the transform.

        Raises:
            NoSuchPicture: a position that does not exist.
        """
        if not hasattr(index, "__index__"):
            raise CourseError(
                f"{index!r} is not the position of a picture: give a whole number; for the "
                "pictures of a class use of_class(name)."
            )
        if not -len(self) <= index < len(self):
            raise NoSuchPicture(self._out_of_reach(index))
        return self._source.picture(int(self._indices[index]))

    def with_transform(self, transform: Transform | None) -> Pictures:
        """Return the same pictures through another transform."""
        return Pictures(
            self._source, self.labels, self.classes, self.name, transform, self._indices.tolist()
        )

    def subset(self, indices: Sequence[int] | torch.Tensor) -> Pictures:
        """Return the pictures at these positions, in this order; or those a mask [N] picks.

        Raises:
            CourseError: something other than positions.
            NoSuchPicture: a position that does not exist.
        """
        chosen = self._positions(indices)
        return Pictures(
            self._source,
            self.labels[torch.from_numpy(chosen)],
            self.classes,
            self.name,
            self.transform,
            self._indices[chosen].tolist(),
        )

    def without_labels(self, name: str) -> Pictures:
        """Return the same pictures under another name, their labels taken away."""
        return Pictures(
            self._source,
            [UNLABELLED] * len(self),
            self.classes,
            name,
            self.transform,
            self._indices.tolist(),
        )

    def of_class(self, wanted: str | int) -> Pictures:
        """Return the pictures of one class, given by its name or its label.

        Raises:
            CourseError: there is no such class.
        """
        label = self._label(wanted)
        return self.subset((self.labels == label).nonzero().flatten())

    def _label(self, wanted: str | int) -> int:
        if isinstance(wanted, str) and wanted in self.classes:
            return self.classes.index(wanted)
        if isinstance(wanted, int) and 0 <= wanted < len(self.classes):
            return wanted
        close = difflib.get_close_matches(str(wanted), self.classes, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"the first is {self.classes[0]!r}."
        raise CourseError(
            f"There is no class {wanted!r} among the {len(self.classes)} of {self.name!r} (labels "
            f"0 to {len(self.classes) - 1}): {hint}"
        )

    def _positions(self, indices: Sequence[int] | torch.Tensor) -> NDArray[np.int64]:
        given = np.asarray(indices)
        if given.dtype == bool and given.shape == (len(self),):  # a mask, such as labels == 3
            given = np.nonzero(given)[0]
        try:
            chosen = given.astype(np.int64).reshape(-1)
        except (TypeError, ValueError) as error:
            raise CourseError(
                "subset takes the positions of pictures, such as [0, 5, 9]; for the pictures of a "
                "class use of_class(name)."
            ) from error
        outside = chosen[(chosen < -len(self)) | (chosen >= len(self))]
        if len(outside):
            raise NoSuchPicture(self._out_of_reach(int(outside[0])))
        return chosen

    def _out_of_reach(self, index: int) -> str:
        return f"There is no picture {index} in {self.name!r}: it has {len(self)}, counted from 0."

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
        CourseError: there are no pictures, they have no transform, or (while iterating) it does
            not make tensors of one shape.
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
    return DataLoader(
        pictures,
        batch_size=batch_size,
        shuffle=shuffle,
        generator=generator,
        collate_fn=_collate if isinstance(pictures, Pictures) else None,
    )


def checked_transform(transform: Any) -> Transform:
    """Return the transform, if it is something that can be called with a picture.

    Raises:
        CourseError: it is not; a name, for instance.
    """
    if callable(transform) and not isinstance(transform, type):
        return cast(Transform, transform)
    shown = transform.__name__ + ", a class," if isinstance(transform, type) else repr(transform)
    raise CourseError(
        f"{shown} is not a transform: give one that is ready to be called with a picture, such as "
        "transforms.RandomRotation(25)."
    )


def stack(images: Sequence[Any]) -> torch.Tensor:
    """Return a batch [B, ...] of what a transform gave for each picture.

    Raises:
        CourseError: something other than a tensor, or tensors of different shapes.
    """
    for image in images:
        if not isinstance(image, torch.Tensor):
            raise CourseError(
                f"The transform gives {type(image).__name__}, not a tensor: end it with "
                "transforms.ToTensor() and Normalize."
            )
    shapes = list(dict.fromkeys("x".join(map(str, image.shape)) for image in images))
    if len(shapes) > 1:
        raise CourseError(
            f"The transform gives tensors of different shapes ({shapes[0]}, {shapes[1]}), which "
            "make no batch: let it resize and crop every picture to one size."
        )
    return torch.stack(list(images))


def _collate(items: Sequence[tuple[Any, int]]) -> tuple[torch.Tensor, torch.Tensor]:
    images, labels = zip(*items, strict=True)
    return stack(images), torch.tensor(labels)
