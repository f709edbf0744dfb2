"""The article's data: Oxford Flowers-102, 8,189 photographs of 102 species (Nilsback and Zisserman
2008), downloaded once, resumed after an interruption, checked before it is used.

The files lie as torchvision.datasets.Flowers102 expects them, so that class can read them too.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import shutil
import ssl
import struct
import tarfile
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torchvision.datasets import Flowers102

from helpers import storage
from helpers.data.photographs import FilesSource
from helpers.data.pictures import Pictures, PictureSet
from helpers.errors import CourseError
from helpers.progress import track

URL = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/"
ARCHIVE, LABELS, SPLITS = "102flowers.tgz", "imagelabels.mat", "setid.mat"
MD5 = {
    ARCHIVE: "52808999861908f626f3c1f4e79d11fa",
    LABELS: "e0620be6f572b9609742df49c70aed4d",
    SPLITS: "a5357ecc9cb78c4bef273ce3793fc85c",
}
PHOTOGRAPHS = 8189
SHARES = (0.8, 0.1, 0.1)  # article, introduction: the course that it was written for split so

_NETWORK_TROUBLE = (
    urllib.error.URLError,
    http.client.HTTPException,
    TimeoutError,
    ConnectionError,
    ssl.SSLError,
)
_CHUNK = 1 << 20
_PATIENCE = 30.0  # seconds without an answer
_MEMBER = re.compile(r"(?:\./)?jpg/(image_\d{5}\.jpg)")
_MAT_TYPES = {1: "i1", 2: "u1", 3: "<i2", 4: "<u2", 5: "<i4", 6: "<u4", 7: "<f4", 9: "<f8"}
_MAT_MATRIX, _MAT_COMPRESSED = 14, 15


def flowers102(
    split: Literal["article", "official"] = "article", size: int = 128, seed: int = 0
) -> PictureSet:
    """Return Flowers-102, downloading it (345 MB) the first time.

    Args:
        split: "article" pools everything and splits each species 80/10/10; "official" has ten
            photographs of each species to learn from, ten to decide with, all others to test on.
        size: side in pixels that the lessons train at.
        seed: of the article's split.

    Raises:
        CourseError: there is no network, the download is damaged, or the disk is full.
    """
    if split not in ("article", "official"):
        raise CourseError(f"Flowers-102 has no split {split!r}: use 'article' or 'official'.")
    folder = storage.cache_folder("flowers102", "flowers-102")
    with storage.locked(folder / "flowers102", timeout=3600):
        _fetch_all(folder)
    labels = read_mat(folder / LABELS)["labels"].astype(np.int64) - 1
    if split == "official":
        official = read_mat(folder / SPLITS)
        chosen = {
            name: official[key].astype(np.int64) - 1
            for name, key in (("train", "trnid"), ("valid", "valid"), ("test", "tstid"))
        }
    else:
        chosen = _article_split(labels, seed)
    classes = tuple(Flowers102.classes)
    parts = {
        name: Pictures(
            FilesSource(
                [folder / "jpg" / f"image_{i + 1:05d}.jpg" for i in places],
                size,
                _fingerprint(places, size),
            ),
            labels[places].tolist(),
            classes,
            name,
        )
        for name, places in chosen.items()
    }
    return PictureSet("flowers102", classes, size, **parts)


def read_mat(path: Path) -> dict[str, NDArray[np.float64]]:
    """Return the numeric arrays of a MATLAB 5 file, flattened.

    Two small files are all there is to read; that does not deserve a dependency on SciPy.

    Raises:
        CourseError: the file is not what it should be.
    """
    try:
        return dict(_mat_arrays(path.read_bytes()[128:]))
    except (OSError, ValueError, KeyError, IndexError, struct.error, zlib.error) as error:
        raise CourseError(f"{path} cannot be read: remove it and run this again.") from error


def _mat_arrays(content: bytes) -> Iterator[tuple[str, NDArray[np.float64]]]:
    for kind, value in _mat_elements(content):
        if kind == _MAT_COMPRESSED:
            yield from _mat_arrays(zlib.decompress(value))
        elif kind == _MAT_MATRIX:
            parts = list(_mat_elements(value))  # flags, shape, name, values
            numbers = np.frombuffer(parts[3][1], dtype=_MAT_TYPES[parts[3][0]])
            yield parts[2][1].decode("ascii"), numbers.astype(np.float64)


def _mat_elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (type, bytes) of each element; the smallest share a word with their tag."""
    at = 0
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<II", content, at)
        if kind >> 16:
            kind, length = kind & 0xFFFF, kind >> 16
            yield kind, content[at + 4 : at + 4 + length]
            at += 8
        else:
            yield kind, content[at + 8 : at + 8 + length]
            at += 8 + length
            if kind != _MAT_COMPRESSED:
                at += -length % 8


def _article_split(labels: NDArray[np.int64], seed: int) -> dict[str, NDArray[np.int64]]:
    train, valid, test = [], [], []
    for label in range(int(labels.max()) + 1):
        members = np.nonzero(labels == label)[0]
        members = members[np.random.default_rng([seed, label]).permutation(len(members))]
        held_out = max(1, round(SHARES[1] * len(members)))
        valid.append(members[:held_out])
        test.append(members[held_out : 2 * held_out])
        train.append(members[2 * held_out :])
    parts = {"train": train, "valid": valid, "test": test}
    return {name: np.sort(np.concatenate(part)) for name, part in parts.items()}


def _fingerprint(places: NDArray[np.int64], size: int) -> str:
    head = f"flowers102 {MD5[ARCHIVE]} {size}".encode()
    return hashlib.sha256(head + places.astype("<i8").tobytes()).hexdigest()


def _fetch_all(folder: Path) -> None:
    for name in (LABELS, SPLITS):
        if not (folder / name).exists():
            _download(folder, name)
    pictures = folder / "jpg"
    if pictures.is_dir():
        return
    if not (folder / ARCHIVE).exists():
        _download(folder, ARCHIVE)
    _unpack(folder / ARCHIVE, pictures)
    (folder / ARCHIVE).unlink()


def _download(folder: Path, name: str) -> None:
    """Download one file, going on where an earlier attempt stopped."""
    partial = folder / f"{name}.part"
    try:
        _receive(URL + name, partial)
    except _NETWORK_TROUBLE as error:
        reason = getattr(error, "reason", None) or error
        raise CourseError(
            f"Flowers-102 cannot be downloaded from {URL} ({reason}): connect to the network and "
            "run this again, it goes on where it stopped; or use data.herbarium()."
        ) from error
    except OSError as error:
        raise CourseError(storage.write_failure(partial, error)) from error
    if _md5_of(partial) != MD5[name]:
        partial.unlink()
        raise CourseError(f"{name} arrived damaged and was removed: run this again.")
    partial.replace(folder / name)


def _receive(url: str, partial: Path) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(request, timeout=_PATIENCE)
    except urllib.error.HTTPError as error:
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # all of it is here already; the checksum decides
        raise
    with answer:
        goes_on = answer.status == http.client.PARTIAL_CONTENT
        missing = int(answer.headers.get("Content-Length") or 0)
        blocks = iter(lambda: answer.read(_CHUNK), b"")
        label = f"downloading {url.rsplit('/', 1)[-1]} (MB)"
        with partial.open("ab" if goes_on else "wb") as file:
            for block in track(blocks, label, total=-(-missing // _CHUNK) or None):
                missing -= file.write(block)
    if missing > 0:  # reading in blocks ends quietly when the line is cut
        raise ConnectionError(f"the line was cut {missing} bytes before the end")


def _unpack(archive: Path, pictures: Path) -> None:
    """Unpack the photographs; the folder takes its name only when all of them are in it."""
    unfinished = pictures.with_name("jpg.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir()
        with tarfile.open(archive) as tar:
            for member in track(tar, "unpacking Flowers-102", total=PHOTOGRAPHS):
                match = _MEMBER.fullmatch(member.name)
                content = tar.extractfile(member) if match and member.isfile() else None
                if match and content is not None:
                    (unfinished / match[1]).write_bytes(content.read())
        unfinished.replace(pictures)
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if isinstance(error, OSError):
            raise CourseError(storage.write_failure(pictures, error)) from error
        raise CourseError(f"{archive} is damaged: remove it and run this again.") from error


def _md5_of(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
