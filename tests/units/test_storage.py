"""Files are whole or absent, whatever goes wrong."""

from __future__ import annotations

import errno
import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from helpers import storage
from helpers.errors import CourseError


def writes(content: bytes) -> Callable[[BinaryIO], None]:
    return lambda file: file.writelines([content])


def fails_with(number: int) -> Callable[[BinaryIO], None]:
    def write(file: BinaryIO) -> None:
        file.write(b"half of it")
        raise OSError(number, "no")

    return write


def test_the_cache_folder_follows_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "here"))
    folder = storage.cache_folder("a", "b")
    assert folder == tmp_path / "here" / "a" / "b"
    assert folder.is_dir()
    assert list(folder.iterdir()) == []


def test_a_cache_folder_that_cannot_be_made_is_one_line_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("COURSE_CACHE", str(in_the_way))
    with pytest.raises(CourseError, match="set COURSE_CACHE to a folder you may write") as caught:
        storage.cache_folder("a")
    assert "\n" not in str(caught.value)


def test_writing_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    storage.write_atomically(path, writes(b"old"))
    storage.write_atomically(path, writes(b"new"))
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "line"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "Cannot write"), (errno.EROFS, "Cannot write")],
)
def test_a_failed_write_keeps_the_old_file_and_removes_the_half(
    tmp_path: Path, number: int, line: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(CourseError, match=line) as caught:
        storage.write_atomically(path, fails_with(number))
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_while_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupted(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storage.write_atomically(tmp_path / "file", interrupted)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Cannot write"):
        storage.write_atomically(tmp_path / "nowhere" / "file", writes(b"x"))


def test_sha256_is_the_one_everybody_knows(tmp_path: Path) -> None:
    path = tmp_path / "file"
    content = bytes(range(256)) * 10_000  # more than one block
    path.write_bytes(content)
    assert storage.sha256_of(path) == hashlib.sha256(content).hexdigest()


def test_a_lock_lets_one_in_at_a_time(tmp_path: Path) -> None:
    path, inside, most = tmp_path / "file", [0], [0]

    def work() -> None:
        for _ in range(20):
            with storage.locked(path):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.001)  # long enough for another thread to come in
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1


def test_a_lock_that_is_held_for_ever_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with (
        storage.locked(path),
        pytest.raises(CourseError, match="Another process") as caught,
        storage.locked(path, timeout=0.05),
    ):
        pass
    assert "\n" not in str(caught.value)
