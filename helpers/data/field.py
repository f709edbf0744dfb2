"""Pictures to name in the field: the class's own, the herbarium's, or one's own without labels."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from helpers import storage
from helpers.data.flora import splits
from helpers.data.flora.class_set import picture_names
from helpers.data.pictures import UNLABELLED, ArraySource, Pictures, PictureSet
from helpers.errors import CourseError
from helpers.places import CLASS_FILE

HERBARIUM_SET = "field"
OWN_PREFIX = "own-"
COLUMNS = ("picture", "species")

_MEMBER = re.compile(r"(class-[0-9a-f]{8})-[0-9]{3,4}\.jpg")
_MOST_BYTES = 64 * 2**20  # of the file
_MOST_MEMBERS = 2000
_MOST_MEMBER_BYTES = 2**20
_SIDES = (32, 512)  # pixels
_MOST_PIXELS = 2**26  # all pictures together


@dataclass(frozen=True)
class FieldPictures:
    """Pictures whose species nobody tells you.

    Attributes:
        names: file names, one for each picture, for the first column of the predictions.
        pictures: the pictures themselves, without labels and without a transform.
        source: where they come from, in words.
        set_id: names the set; the pictures' names begin with it.
    """

    names: tuple[str, ...]
    pictures: Pictures
    source: str
    set_id: str

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"FieldPictures({len(self)} pictures: {self.source})"


def field_pictures(flowers: PictureSet, folder: str | Path = ".") -> FieldPictures:
    """Return the pictures to be named in the last lesson.

    For the herbarium: those in `field_pictures.zip`, which an instructor hands out beside the
    notebook; without that file the herbarium's own field pictures. For any other set of pictures:
    its test pictures in no telling order, with their labels taken away.

    Args:
        flowers: what `data.load` returned.
        folder: where the file is looked for; by default beside the notebook.

    Raises:
        CourseError: the file is damaged or is not such a file.
    """
    if flowers.field is None or flowers.classes != splits.CLASSES:
        return _own(flowers.test, f"the test pictures of {flowers.name!r} without their labels")
    path = Path(folder) / CLASS_FILE
    if path.exists():
        return read_class_set(path)
    if not _is_public(flowers.field, flowers.size):
        return _own(flowers.field, "field pictures of another draw of the herbarium")
    names = picture_names(HERBARIUM_SET, len(flowers.field))
    return FieldPictures(names, flowers.field, "the herbarium's own field pictures", HERBARIUM_SET)


def write_predictions(path: str | Path, names: Sequence[str], species: Sequence[str]) -> None:
    """Write predictions as a table with the columns `picture` and `species`, or not at all.

    Args:
        path: of the file, such as "predictions.csv"; one that is there is replaced.
        names: of the pictures.
        species: the predicted species of each, by name.

    Raises:
        CourseError: not one species for each name, something other than text, or a folder that
            is not writable.
    """
    names, species = list(names), list(species)
    if len(names) != len(species):
        raise CourseError(
            f"There are {len(names)} names of pictures and {len(species)} species: "
            "write_predictions needs one species for each picture."
        )
    for what, values in (("picture", names), ("species", species)):
        odd = [value for value in values if not isinstance(value, str)]
        if odd:
            raise CourseError(
                f"{odd[0]!r} is not the name of a {what}: write_predictions takes names, such as "
                "flowers.classes[label] for a label."
            )
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *zip(names, species, strict=True)])
    content = text.getvalue().encode()
    storage.write_atomically(Path(path), lambda file: file.writelines([content]))


def read_class_set(path: Path) -> FieldPictures:
    """Read the file that an instructor handed out. Nothing in it is trusted.

    Raises:
        CourseError: it is damaged, too large, or something else.
    """
    try:
        with path.open("rb") as file:
            if path.stat().st_size > _MOST_BYTES:
                raise ValueError("it is far too large")
            set_id, members = _members(file.read(_MOST_BYTES))
        largest = _MOST_PIXELS // len(members)
        pixels = np.stack([_pixels(content, largest) for content in members])
    # Broken files raise anything: BadZipFile, zlib.error, struct.error, SyntaxError, ...
    except Exception as error:
        raise CourseError(
            f"{path.name} beside the notebook cannot be used ({str(error)[:100]}): "
            "copy it again from what your instructor handed out."
        ) from error
    pictures = Pictures(
        ArraySource(pixels, splits.digest_of(pixels)),
        [UNLABELLED] * len(pixels),
        splits.CLASSES,
        "field",
    )
    names = picture_names(set_id, len(pixels))
    return FieldPictures(names, pictures, f"your class's field pictures ({set_id})", set_id)


def _members(content: bytes) -> tuple[str, list[bytes]]:
    """Return the id of the set, and the pictures' files in the order of their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        if not 0 < len(entries) <= _MOST_MEMBERS:
            raise ValueError(f"it holds {len(entries)} files")
        names = sorted(entries)
        found = _MEMBER.fullmatch(names[0])
        set_id = found[1] if found else ""
        if tuple(names) != picture_names(set_id, len(names)):
            raise ValueError("it does not hold the pictures of one class")
        if any(entry.file_size > _MOST_MEMBER_BYTES for entry in entries.values()):
            raise ValueError("a picture in it is far too large")
        members = []
        for name in names:
            with archive.open(entries[name]) as member:
                members.append(member.read(_MOST_MEMBER_BYTES))
    return set_id, members


def _pixels(content: bytes, largest: int) -> NDArray[np.uint8]:
    """Return the pixels [size, size, 3] of one JPEG file that has at most `largest` of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns about odd metadata on stderr
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            width, height = image.size
            fits = _SIDES[0] <= width <= _SIDES[1] and width * height <= largest
            if width != height or not fits or image.mode != "RGB":
                raise ValueError(f"a picture of {width} x {height} pixels, {image.mode}")
            return np.asarray(image)


def _is_public(field: Pictures, size: int) -> bool:
    """Tell whether these are the course's own field pictures: one drawn picture says so."""
    (split,) = (split for split in splits.SPLITS if split.name == "field")
    label = splits.labels_of(split, 0)[0]
    first = splits.draw_photograph(split, 0, label, 0, size)
    return bool(np.array_equal(np.asarray(field.picture(0)), first))


def _own(pictures: Pictures, source: str) -> FieldPictures:
    order = np.random.default_rng(len(pictures)).permutation(len(pictures))
    shuffled = pictures.subset(order.tolist()).without_labels("field").with_transform(None)
    set_id = OWN_PREFIX + shuffled.fingerprint[:8]
    return FieldPictures(picture_names(set_id, len(shuffled)), shuffled, source, set_id)
