"""Activations on disk: whole and as they were written, or not there."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch

from helpers import storage

LIMIT = 1_000_000_000  # bytes that all stored activations may take; the oldest go first


def load(path: Path) -> torch.Tensor | None:
    """The stored array; None when there is no such file or it is damaged (then it is removed)."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    body, checksum = content[:-4], content[-4:]
    if zlib.crc32(body).to_bytes(4, "big") == checksum:
        try:
            return torch.from_numpy(np.load(io.BytesIO(body), allow_pickle=False))
        except ValueError:
            pass
    path.unlink(missing_ok=True)
    return None


def save(path: Path, values: torch.Tensor) -> None:
    """Write the array with its checksum, after making room for it.

    Raises:
        CourseError: the disk is full or the folder is not writable.
    """
    make_room(path.parent, values.nbytes)

    def write(file: BinaryIO) -> None:
        counted = _Counted(file)
        np.lib.format.write_array(counted, values.numpy(), allow_pickle=False)
        file.write(counted.checksum.to_bytes(4, "big"))

    storage.write_atomically(path, write)


def make_room(folder: Path, needed: int, limit: int = LIMIT) -> None:
    """Remove the files that were not used for longest until the rest and the new one fit."""
    files = sorted(folder.glob("*.act"), key=lambda file: file.stat().st_mtime)
    total = needed + sum(file.stat().st_size for file in files)
    for file in files:
        if total <= limit:
            return
        total -= file.stat().st_size
        file.unlink(missing_ok=True)


class _Counted:
    """A file that keeps the CRC-32 of what is written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.checksum = file, 0

    def write(self, block: bytes) -> int:
        self.checksum = zlib.crc32(block, self.checksum)
        return self.file.write(block)
