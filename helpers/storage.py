"""Files that are either whole or absent: the cache folder, atomic writes, checksums, locks."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import filelock
import platformdirs

from helpers.errors import CourseError

CACHE_VARIABLE = "COURSE_CACHE"
_CHUNK = 1 << 20


def cache_folder(*parts: str) -> Path:
    """Return a writable folder of the per-user cache, made if it does not exist.

    Args:
        parts: names of the folders below the root of the cache.

    Raises:
        CourseError: the folder cannot be made or written to.
    """
    chosen = os.environ.get(CACHE_VARIABLE)
    root = Path(chosen or platformdirs.user_cache_dir("past-the-wall")).expanduser()
    folder = root.joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Permission bits lie (root, network drives, full disks): only writing tells.
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
    except OSError as error:
        raise CourseError(
            f"The cache folder {folder} is not writable ({_reason(error)}): "
            f"set {CACHE_VARIABLE} to a folder you may write to."
        ) from error
    return folder


def write_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Args:
        path: the file to write. Its folder must exist.
        write: called with an open binary file; whatever it writes becomes the content.

    Raises:
        CourseError: the disk is full or the folder is not writable. Nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        # Not mkstemp: what it makes is closed to the others who share a cache.
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise CourseError(write_failure(path, error)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


@contextlib.contextmanager
def locked(path: Path, timeout: float = 600.0) -> Iterator[None]:
    """Hold the lock of a file while one process builds it and the others wait.

    Args:
        path: the file that is about to be built; the lock is a neighbour named `<name>.lock`.
        timeout: seconds to wait for another process.

    Raises:
        CourseError: the other process did not finish in time, or the lock cannot be written.
    """
    lock = filelock.FileLock(path.with_name(path.name + ".lock"), timeout=timeout)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise CourseError(
            f"Another process has been building {path} for over {timeout:.0f} s: "
            f"end it, or remove {lock.lock_file} and try again."
        ) from error
    except OSError as error:
        raise CourseError(write_failure(path, error)) from error
    try:
        yield
    finally:
        lock.release()


def write_failure(path: Path, error: OSError) -> str:
    """Return the line that explains why a file could not be written, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {path} was not written. Free some space and run this again."
    return f"Cannot write {path} ({_reason(error)}): choose a folder you may write to."


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
