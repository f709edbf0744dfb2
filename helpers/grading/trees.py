"""Folders and zips of learners, read with care: names and sizes first, contents only when asked.

Nothing is unpacked to disk and nothing is followed: no links, no devices, no paths that lead out.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, BinaryIO

MB = 2**20
JUNK = {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini", "Desktop.ini"}

_FOLLOW_NOTHING = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_NEVER_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_STEPWISE = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_DIRECTORY_END, _LOCATOR, _END_64 = b"PK\5\6", b"PK\6\7", b"PK\6\6"


class Bad(ValueError):
    """It must not be read; the message says why, in one line."""


@dataclass(frozen=True)
class IntakeLimits:
    """What one submission may hold. Sizes in bytes."""

    notebook_bytes: int = 20 * MB
    file_bytes: int = 10 * MB  #: each file beside the notebook
    total_bytes: int = 40 * MB  #: all that is read of one submission
    files: int = 100  #: beside the notebook
    entries: int = 5000  #: in a learner's folder or zip, read or not
    depth: int = 8  #: of folders
    archive_bytes: int = 300 * MB
    directory_bytes: int = 2 * MB  #: of a zip's own list of contents
    ratio: int = 300  #: of a file in a zip, unpacked to packed, from 1 MB on


@dataclass(frozen=True)
class Entry:
    """One file of a tree. `problem`: why it must not be read, or ""."""

    parts: tuple[str, ...]
    size: int
    read: Callable[[int], bytes]  #: at most so many bytes; raises Bad
    problem: str = ""

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def path(self) -> str:
        return "/".join(self.parts)


def name_problem(name: str) -> str:
    """What is wrong with the name of a file or folder, or ""."""
    if name in ("", ".", ".."):
        return "has a name that leads elsewhere"
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in name):
        return "has control characters in its name"
    if any(letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for letter in name):
        return "has characters in its name that hide how it reads"
    if "\\" in name or "/" in name:
        return "has a backslash in its name"
    if len(name.encode("utf-8", "replace")) > 240:
        return "has far too long a name"
    return ""


def is_junk(parts: Sequence[str]) -> bool:
    """Whether a path belongs to an editor or an operating system, not to a learner."""
    return any(part.startswith(".") or part in JUNK for part in parts)


def same_name_key(name: str) -> str:
    """Equal for names that some file systems take for one: case and Unicode's normal forms."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


# Folders.


def read_folder(root: Path, parts: tuple[str, ...], limits: IntakeLimits) -> list[Entry]:
    """List the files below `root/parts`.

    Raises:
        Bad: there are too many, or they lie too deep.
    """
    found: list[Entry] = []
    todo: list[tuple[str, ...]] = [()]
    seen = 0
    while todo:
        inner = todo.pop()
        if len(inner) > limits.depth:
            raise Bad(f"its folders are nested more than {limits.depth} deep")
        for entry in _listed(root.joinpath(*parts, *inner)):
            seen += 1
            if seen > limits.entries:
                raise Bad(f"it holds more than {limits.entries:,} files and folders")
            here = (*inner, entry.name)
            if is_junk(here):
                continue
            if entry.is_dir(follow_symlinks=False) and not name_problem(entry.name):
                todo.append(here)
            else:
                found.append(_file_entry(root, parts, here, entry))
    return _without_twins(sorted(found, key=lambda entry: entry.parts))


def one_file(root: Path, parts: tuple[str, ...]) -> Entry:
    """The entry of a single file, of which nobody needs to know what lies beside it.

    Raises:
        Bad: it is gone.
    """
    try:
        known = root.joinpath(*parts).lstat()
    except OSError as error:
        raise Bad(f"cannot be read ({_reason(error)})") from error
    return Entry((parts[-1],), known.st_size, _reader(root, parts), kind_problem(known))


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return list(listing)
    except OSError as error:
        raise Bad(f"its folder cannot be read ({_reason(error)})") from error


def _file_entry(
    root: Path, parts: tuple[str, ...], here: tuple[str, ...], entry: os.DirEntry[str]
) -> Entry:
    try:
        known = entry.stat(follow_symlinks=False)
    except OSError as error:
        return Entry(here, 0, _never(f"cannot be read ({_reason(error)})"), "cannot be read")
    problem = name_problem(entry.name) or kind_problem(known)
    return Entry(here, known.st_size, _reader(root, (*parts, *here)), problem)


def kind_problem(known: os.stat_result) -> str:
    """Why something on disk is no plain file of its own, or ""."""
    if stat.S_ISLNK(known.st_mode):
        return "is a link to something else"
    if not stat.S_ISREG(known.st_mode):
        return "is no ordinary file"
    if known.st_nlink > 1:
        return "is a hard link: the same file has another name elsewhere"
    return ""


def _reader(root: Path, parts: tuple[str, ...]) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        with open_plain(root, parts) as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise Bad(f"is larger than {size_text(limit)}")
        return content

    return read


def _never(why: str) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        raise Bad(why)

    return read


@contextmanager
def open_plain(root: Path, parts: Sequence[str]) -> Iterator[BinaryIO]:
    """Open a plain file below `root` without following a link at any level.

    Raises:
        Bad: it is none, or cannot be read.
    """
    try:
        descriptor = _descend(root, parts) if _STEPWISE else _straight(root, parts)
    except OSError as error:
        raise Bad(f"cannot be read ({_reason(error)})") from error
    with os.fdopen(descriptor, "rb") as file:
        if problem := kind_problem(os.fstat(file.fileno())):
            raise Bad(problem)
        try:
            yield file
        except OSError as error:
            raise Bad(f"cannot be read ({_reason(error)})") from error


def _descend(root: Path, parts: Sequence[str]) -> int:
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            deeper = os.open(part, os.O_RDONLY | os.O_DIRECTORY | _FOLLOW_NOTHING, dir_fd=at)
            os.close(at)
            at = deeper
        return os.open(parts[-1], os.O_RDONLY | _FOLLOW_NOTHING | _NEVER_WAIT, dir_fd=at)
    finally:
        os.close(at)


def _straight(root: Path, parts: Sequence[str]) -> int:
    """Where folders cannot be opened step by step: look at every level, then open."""
    path = root
    for part in parts:
        path = path / part
        if stat.S_ISLNK(path.lstat().st_mode):
            raise OSError(0, "a link")
    return os.open(path, os.O_RDONLY | _NEVER_WAIT)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def size_text(count: int) -> str:
    """A size for people."""
    return f"{count / MB:g} MB" if count >= MB / 10 else f"{count:,} bytes"


# Zips.


def read_zip(root: Path, parts: tuple[str, ...], limits: IntakeLimits) -> list[Entry]:
    """List the files in the zip `root/parts`. A zip with one hostile entry is refused as a whole.

    Raises:
        Bad: it is no zip, too large, or holds what no honest zip holds.
    """
    with _opened(root, parts, limits) as archive:
        infos = archive.infolist()
        if len(infos) > limits.entries:
            raise Bad(f"it holds more than {limits.entries:,} files and folders")
        found = []
        for info in infos:
            here = _checked_path(info, limits)
            if not info.is_dir() and not is_junk(here):
                read = _zip_reader(root, parts, info.filename, limits)
                found.append(Entry(here, info.file_size, read))
    found.sort(key=lambda entry: entry.parts)
    for entry in _without_twins(found):
        if entry.problem:
            raise Bad(f"{printable(entry.path)} {entry.problem}")
    return found


@contextmanager
def _opened(root: Path, parts: tuple[str, ...], limits: IntakeLimits) -> Iterator[zipfile.ZipFile]:
    with open_plain(root, parts) as file:
        if os.fstat(file.fileno()).st_size > limits.archive_bytes:
            raise Bad(f"the zip is larger than {size_text(limits.archive_bytes)}")
        _check_directory(file, limits)
        try:
            with zipfile.ZipFile(file) as archive:
                yield archive
        except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, OSError) as error:
            raise Bad(f"the zip is damaged ({printable(str(error))})") from error
        except (NotImplementedError, RuntimeError, struct.error, ValueError) as error:
            if isinstance(error, Bad):
                raise
            raise Bad(f"the zip cannot be read ({printable(str(error))})") from error


def _check_directory(file: IO[bytes], limits: IntakeLimits) -> None:
    """Refuse a zip whose list of contents alone would fill the memory."""
    size = file.seek(0, os.SEEK_END)
    tail_at = max(0, size - 2**16 - 22 - 20 - 56)
    file.seek(tail_at)
    tail = file.read()
    end = tail.rfind(_DIRECTORY_END)
    if end < 0 or len(tail) < end + 22:
        raise Bad("it is no zip")
    listed = struct.unpack_from("<L", tail, end + 12)[0]
    large = end - 20 - 56
    if large >= 0 and tail[end - 20 : end - 16] == _LOCATOR and tail[large:][:4] == _END_64:
        listed = struct.unpack_from("<Q", tail, large + 40)[0]
    if listed > limits.directory_bytes:
        raise Bad("its list of contents is far too long")
    file.seek(0)


def _checked_path(info: zipfile.ZipInfo, limits: IntakeLimits) -> tuple[str, ...]:
    """The parts of an entry's path.

    Raises:
        Bad: the path leads out, or the entry is no plain file.
    """
    name = info.orig_filename
    shown = printable(name)
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name):
        raise Bad(f"{shown} leads out of the zip")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    for part in parts:
        if problem := name_problem(part):
            raise Bad(f"{shown} {problem}")
    if not parts or len(parts) > limits.depth + 1:
        raise Bad(f"{shown} has no usable path")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a link" if kind == stat.S_IFLNK else "no ordinary file"
        raise Bad(f"{shown} is {what}")
    if info.flag_bits & 1:
        raise Bad("the zip is locked with a password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Bad("the zip is packed in an unusual way: an ordinary zip is needed")
    if info.file_size > MB and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise Bad(f"{shown} unpacks to {info.file_size:,} bytes, far too many for its size")
    return parts


def _zip_reader(
    root: Path, parts: tuple[str, ...], name: str, limits: IntakeLimits
) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        with _opened(root, parts, limits) as archive:
            info = archive.getinfo(name)
            if info.file_size > limit:
                raise Bad(f"is larger than {size_text(limit)}")
            with archive.open(info) as file:
                content = file.read(limit + 1)
        if len(content) != info.file_size:
            raise Bad("is not as large as the zip says")
        return content

    return read


def _without_twins(entries: list[Entry]) -> list[Entry]:
    """Mark files whose names a file system, or a person, could take for one another."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[same_name_key(entry.path)].append(entry)
    marked = []
    for entry in entries:
        if len(groups[same_name_key(entry.path)]) > 1 and not entry.problem:
            entry = replace(
                entry, problem="is there twice, or its name differs from another only by case"
            )
        marked.append(entry)
    return marked


def printable(name: str, limit: int = 120) -> str:
    """A name for a message: one line, nothing in it that a terminal would obey."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in name)
    clean = clean.encode("utf-8", "replace").decode()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
