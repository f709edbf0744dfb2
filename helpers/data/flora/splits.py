"""The four splits of the herbarium: which photographs they hold, and the cache they live in."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from helpers import storage
from helpers.data.flora.conditions import FIELD, GARDEN, Conditions
from helpers.data.flora.scene import photograph
from helpers.data.flora.species import SPECIES
from helpers.data.pictures import UNLABELLED, ArraySource, Pictures, PictureSet
from helpers.errors import CourseError
from helpers.progress import track

Pixels = NDArray[np.uint8]

VERSION = 5  # goes up with every change that moves a pixel
SIZE = 128
CLASSES = tuple(species.name for species in SPECIES)


@dataclass(frozen=True)
class Split:
    """How many photographs of each species, taken where, from which stream of random numbers."""

    name: str
    per_species: int
    conditions: Conditions
    stream: int
    labelled: bool = True


SPLITS = (
    Split("train", 20, GARDEN, 2018),
    Split("valid", 15, FIELD, 2019),
    Split("test", 40, FIELD, 2020),
    Split("field", 20, FIELD, 2021, labelled=False),
)

# SHA-256 of the course's own pictures (draw 0, 128 px), the same on every machine.
PUBLISHED = {
    "train": "c0665b87b89ea809f60037b93168bb8852aaba83202fc18b73cd1592b96825b8",
    "valid": "e5f42bf0a73a3fd8b8d7beeec561dcc038e43c7c5852a447d320f83e08bdbe3e",
    "test": "d8d74353cd77708ba29ae17c2754ceab982928b6cbd04c38c7daab3e2ad4a648",
    "field": "0e03892730ff7872525b757e5171dc2b482f6be34c97f10650c8636d48ec4c01",
}


def herbarium(draw: int = 0, size: int = SIZE) -> PictureSet:
    """Return the course's own data set: sixteen invented flowers, twenty photographs of each.

    Training photographs are taken upright in the even light of a garden, all others in the field.
    They are drawn once, in some seconds, and kept in the cache folder. Where that cannot be written
    they are kept in memory, and a line says so.

    Args:
        draw: 0 is the course's own; any other number gives fresh photographs of the same species
            in every split, for repeating an experiment.
        size: side in pixels.

    Raises:
        CourseError: `draw` or `size` is out of range.
    """
    if not (type(draw) is int and 0 <= draw < 2**31):  # True would be another name for draw 1
        raise CourseError(f"draw={draw!r} is not a draw of the herbarium: use 0, 1, 2, ...")
    if not (type(size) is int and 32 <= size <= 512):
        raise CourseError(f"size={size!r} is not a size of the herbarium: use 32 to 512 pixels.")
    sources = _sources(draw, size)
    pictures = {
        split.name: Pictures(
            sources[split.name],
            labels_of(split, draw) if split.labelled else [UNLABELLED] * _count(split),
            CLASSES,
            split.name,
        )
        for split in SPLITS
    }
    return PictureSet("herbarium", CLASSES, size, **pictures)


def draw_photograph(split: Split, draw: int, label: int, index: int, size: int) -> Pixels:
    """Return one photograph [size, size, 3]; it depends on nothing but the arguments."""
    rng = np.random.default_rng(np.random.SeedSequence([split.stream, draw, label, index]))
    return photograph(SPECIES[label], split.conditions, rng, size)


def digest_of(pixels: Pixels) -> str:
    """Return the SHA-256 of a split's pixels as 64 hexadecimal digits."""
    return hashlib.sha256(np.ascontiguousarray(pixels).data).hexdigest()


def _count(split: Split) -> int:
    return split.per_species * len(SPECIES)


def labels_of(split: Split, draw: int) -> list[int]:
    """Return the species of each photograph; those without labels come in no telling order."""
    labels = np.repeat(np.arange(len(SPECIES)), split.per_species)
    if not split.labelled:
        labels = np.random.default_rng([split.stream, draw]).permutation(labels)
    return [int(label) for label in labels]


def _sources(draw: int, size: int) -> Mapping[str, ArraySource]:
    """Return the pixels of every split: from the cache, else drawn and cached, else in memory."""
    drawn: dict[str, Pixels] | None = None
    try:
        folder = storage.cache_folder("herbarium")
        manifest = folder / f"draw{draw}-{size}.json"
        with storage.locked(manifest):
            problem = _what_is_wrong(manifest, size)
            if problem is None:
                return _mapped(manifest)
            if problem:
                print(f"{problem}: drawing the herbarium again.")
            drawn = _draw_all(draw, size)
            _save(manifest, drawn)
            return _mapped(manifest)
    except CourseError as error:
        if drawn is None:
            drawn = _draw_all(draw, size)
        print(f"The herbarium stays in memory and is drawn anew next time. {error}")
    return {name: ArraySource(pixels, digest_of(pixels)) for name, pixels in drawn.items()}


def _draw_all(draw: int, size: int) -> dict[str, Pixels]:
    plan = [
        (split, place, label)
        for split in SPLITS
        for place, label in enumerate(labels_of(split, draw))
    ]
    pixels = {split.name: np.empty((_count(split), size, size, 3), np.uint8) for split in SPLITS}
    # The matrices are small: more BLAS threads only wait for each other, 5-8 times longer.
    with threadpool_limits(limits=1, user_api="blas"):
        for split, place, label in track(plan, "drawing the herbarium"):
            pixels[split.name][place] = draw_photograph(split, draw, label, place, size)
    return pixels


def _save(manifest: Path, drawn: Mapping[str, Pixels]) -> None:
    """Write the splits, and last the manifest that makes them count; or leave nothing."""
    digests = {name: digest_of(pixels) for name, pixels in drawn.items()}
    text = json.dumps({"version": VERSION, "sha256": digests}, indent=1).encode()
    try:
        for name, pixels in drawn.items():
            write = functools.partial(_write_array, pixels=pixels)
            storage.write_atomically(_split_file(manifest, name), write)
        storage.write_atomically(manifest, lambda file: file.writelines([text]))
    except CourseError:
        for name in drawn:
            with contextlib.suppress(OSError):
                _split_file(manifest, name).unlink(missing_ok=True)
        raise


def _write_array(file: BinaryIO, pixels: Pixels) -> None:
    """Write a .npy file; np.save would hide why it failed where the disk is full."""
    header = np.lib.format.header_data_from_array_1_0(pixels)
    np.lib.format.write_array_header_1_0(file, header)
    file.write(np.ascontiguousarray(pixels).data)


def _split_file(manifest: Path, name: str) -> Path:
    return manifest.with_name(f"{manifest.stem}-{name}.npy")


def _what_is_wrong(manifest: Path, size: int) -> str | None:
    """Return None for a whole cache, "" where there is none yet, else what is wrong with it."""
    if not manifest.exists():
        return ""
    try:
        entry = json.loads(manifest.read_text())
        if entry["version"] != VERSION:
            return "The cached pictures come from another version of the course"
        for split in SPLITS:
            pixels = np.load(_split_file(manifest, split.name), mmap_mode="r", allow_pickle=False)
            if pixels.shape != (_count(split), size, size, 3) or pixels.dtype != np.uint8:
                return f"The cached {split.name} pictures are not what they should be"
            if digest_of(pixels) != entry["sha256"][split.name]:
                return f"The cached {split.name} pictures are damaged"
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return "The cached pictures are incomplete or damaged"
    return None


def _mapped(manifest: Path) -> dict[str, ArraySource]:
    digests = json.loads(manifest.read_text())["sha256"]
    return {
        split.name: ArraySource(_split_file(manifest, split.name), digests[split.name])
        for split in SPLITS
    }
