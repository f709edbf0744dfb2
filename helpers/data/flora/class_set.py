"""A class's own field set: photographs that only the holder of its secret can name.

Everything follows from the secret through SHA-256: the species of each picture, its pixels and the
name of the set. Each species is drawn by itself, so that neither the order nor the counts tell
anything. What is right can be computed again without drawing a pixel.
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import zipfile
from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
from PIL import Image
from threadpoolctl import threadpool_limits

from helpers.data.flora.conditions import FIELD
from helpers.data.flora.scene import photograph
from helpers.data.flora.species import SPECIES
from helpers.errors import CourseError
from helpers.progress import track

COUNT = 480
SIZE = 128
SHORTEST_SECRET = 32  # hexadecimal digits: 128 bits

_SECRET = re.compile(rf"[0-9a-f]{{{SHORTEST_SECRET},128}}")
# Of the JPEG files, colours at full resolution. A head on a frozen lite0 names 640 test pictures
# as well as before, 93.8 % instead of 93.6 %, ten of them otherwise.
_QUALITY = 95
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def new_secret() -> str:
    """Return a secret of 256 bits from the operating system, as hexadecimal digits."""
    return secrets.token_hex(32)


def checked_secret(secret: str) -> str:
    """Return the secret, if it is one.

    Raises:
        CourseError: fewer than 128 bits, or not hexadecimal digits. The line does not show it.
    """
    secret = secret.strip()
    if not _SECRET.fullmatch(secret):
        raise CourseError(
            f"the secret of a class is {SHORTEST_SECRET} to 128 hexadecimal digits (0-9, a-f): "
            "restore the file from a copy of the class"
        )
    return secret


def set_id(secret: str) -> str:
    """Return the name of the set that a secret gives; the way back does not exist."""
    return "class-" + _digest(secret, "name").hex()[:8]


def species_of(secret: str, count: int = COUNT) -> tuple[str, ...]:
    """Return the species of each picture, in the order of the pictures."""
    return tuple(SPECIES[label].name for label in _labels(secret, count))


def picture_names(prefix: str, count: int) -> tuple[str, ...]:
    """Return the file names of the pictures of a set: `<prefix>-001.jpg`, and so on."""
    digits = max(3, len(str(count)))
    return tuple(f"{prefix}-{number:0{digits}d}.jpg" for number in range(1, count + 1))


def write_class_set(
    file: BinaryIO, secret: str, count: int = COUNT, size: int = SIZE, show: bool | None = None
) -> None:
    """Draw the pictures of a class and write them, without labels, as one zip file of JPEG files.

    Args:
        file: open for writing in binary.
        secret: what `new_secret` returned.
        count: pictures; 480 take about seven seconds and 4.7 MB.
        size: side in pixels.
        show: as in `helpers.progress.track`.
    """
    plan = list(zip(picture_names(set_id(secret), count), _labels(secret, count), strict=True))
    # The matrices are small: more BLAS threads only wait for each other.
    with (
        threadpool_limits(limits=1, user_api="blas"),
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
    ):
        for place, (name, label) in track(
            list(enumerate(plan)), "drawing the class's field pictures", show=show
        ):
            pixels = photograph(SPECIES[label], FIELD, _generator(secret, place), size)
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), _jpeg(pixels))


def _labels(secret: str, count: int) -> Iterable[int]:
    # 2^256 is a multiple of 16, so each species is equally likely.
    numbers = (int.from_bytes(_digest(secret, f"species {place}"), "big") for place in range(count))
    return [number % len(SPECIES) for number in numbers]


def _generator(secret: str, place: int) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(_digest(secret, f"pixels {place}"), "big"))


def _digest(secret: str, purpose: str) -> bytes:
    return hashlib.sha256(f"{secret}\n{purpose}".encode()).digest()


def _jpeg(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return file.getvalue()
