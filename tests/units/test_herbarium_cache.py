"""The herbarium is drawn once; its cache is whole or drawn again."""

from __future__ import annotations

import errno
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from herbarium_pictures import SIZE, in_python, pixels_of

from helpers import data, storage
from helpers.data.flora import splits

RACE = """
import dataclasses, sys
from helpers.data.flora import splits
splits.SPLITS = tuple(dataclasses.replace(split, per_species=2) for split in splits.SPLITS)
draw_all = splits._draw_all
def noisy(*arguments):
    print("DREW")
    return draw_all(*arguments)
splits._draw_all = noisy
print("READY", flush=True)
sys.stdin.readline()
print(splits.herbarium(size=32).train.fingerprint)
"""

FILLING = """
import dataclasses, resource, signal
from helpers.data.flora import splits
fewer = {"train": 1, "valid": 1, "test": 2, "field": 2}
splits.SPLITS = tuple(
    dataclasses.replace(split, per_species=fewer[split.name]) for split in splits.SPLITS
)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (80_000, 80_000))  # room for train, not for test
print(len(splits.herbarium(size=32).test))
"""


def forbid_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any) -> Any:
        raise AssertionError("drawn again")

    monkeypatch.setattr(splits, "draw_photograph", refuse)


def remarks(out: str) -> list[str]:
    """Return the lines of an output, without the one that slow machines add."""
    return [line for line in out.splitlines() if not line.startswith("drawing the herbarium: ")]


def test_the_second_call_maps_what_the_first_has_drawn(
    small_herbarium: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    first = data.herbarium(size=SIZE)
    forbid_drawing(monkeypatch)
    capfd.readouterr()
    second = data.herbarium(size=SIZE)
    assert capfd.readouterr() == ("", "")
    assert second.test.fingerprint == first.test.fingerprint
    assert np.array_equal(pixels_of(second.test), pixels_of(first.test))
    assert len(pickle.dumps(second.test)) < 4000
    assert np.array_equal(pixels_of(pickle.loads(pickle.dumps(second.test))), pixels_of(first.test))


def cut_off(folder: Path) -> None:
    path = folder / "draw0-32-test.npy"
    path.write_bytes(path.read_bytes()[:1000])


def flip_a_bit(folder: Path) -> None:
    path = folder / "draw0-32-valid.npy"
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


def empty_a_file(folder: Path) -> None:
    (folder / "draw0-32-train.npy").write_bytes(b"")


def lose_a_file(folder: Path) -> None:
    (folder / "draw0-32-field.npy").unlink()


def half_a_manifest(folder: Path) -> None:
    path = folder / "draw0-32.json"
    path.write_text(path.read_text()[:30])


def a_manifest_of_something_else(folder: Path) -> None:
    (folder / "draw0-32.json").write_text("[]")


def other_pictures(folder: Path) -> None:
    np.save(folder / "draw0-32-train.npy", np.zeros((3, 32, 32, 3), np.uint8))


def an_older_version(folder: Path) -> None:
    path = folder / "draw0-32.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": splits.VERSION - 1}))


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (cut_off, "incomplete or damaged"),
        (flip_a_bit, "valid pictures are damaged"),
        (empty_a_file, "incomplete or damaged"),
        (lose_a_file, "incomplete or damaged"),
        (half_a_manifest, "incomplete or damaged"),
        (a_manifest_of_something_else, "incomplete or damaged"),
        (other_pictures, "train pictures are not what they should be"),
        (an_older_version, "another version"),
    ],
)
def test_a_damaged_cache_is_noticed_and_drawn_again(
    small_herbarium: Path,
    damage: Callable[[Path], None],
    line: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    first = data.herbarium(size=SIZE)
    whole = pixels_of(first.train)
    damage(small_herbarium)
    capfd.readouterr()
    again = data.herbarium(size=SIZE)
    out, err = capfd.readouterr()
    assert len(remarks(out)) == 1 and line in out
    assert err == ""
    assert again.train.fingerprint == first.train.fingerprint
    assert np.array_equal(pixels_of(again.train), whole)


def test_files_without_a_manifest_do_not_count(
    small_herbarium: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data.herbarium(size=SIZE)
    (small_herbarium / "draw0-32.json").unlink()
    flip_a_bit(small_herbarium)
    herbarium = data.herbarium(size=SIZE)
    assert remarks(capfd.readouterr().out) == []
    assert np.array_equal(
        pixels_of(herbarium.valid)[0], splits.draw_photograph(splits.SPLITS[1], 0, 0, 0, SIZE)
    )


def test_an_unwritable_cache_leaves_the_pictures_in_memory(
    small_herbarium: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    cached = data.herbarium(size=SIZE)
    in_the_way = small_herbarium.parent / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("COURSE_CACHE", str(in_the_way))
    capfd.readouterr()
    herbarium = data.herbarium(size=SIZE)
    out, err = capfd.readouterr()
    assert len(remarks(out)) == 1 and "stays in memory" in out and "set COURSE_CACHE" in out
    assert err == ""
    assert herbarium.train.fingerprint == cached.train.fingerprint
    assert np.array_equal(pixels_of(herbarium.train), pixels_of(cached.train))
    copy = pickle.loads(pickle.dumps(herbarium.train))
    assert np.array_equal(pixels_of(copy), pixels_of(cached.train))


def test_a_full_disk_leaves_the_pictures_in_memory_and_nothing_half_written(
    small_herbarium: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    herbarium = data.herbarium(size=SIZE)
    out, err = capfd.readouterr()
    assert len(remarks(out)) == 1 and "disk is full" in out
    assert err == ""
    assert len(herbarium.test) == 32
    assert [
        path.name for path in small_herbarium.iterdir() if not path.name.endswith(".lock")
    ] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_disk_that_fills_while_the_pictures_are_written(tmp_path: Path) -> None:
    out = in_python(FILLING, COURSE_CACHE=str(tmp_path))
    assert remarks(out)[0].startswith("The herbarium stays in memory")
    assert "(file too large)" in remarks(out)[0]
    assert remarks(out)[1:] == ["32"]
    left = [path.name for path in (tmp_path / "herbarium").iterdir()]
    assert left == ["draw0-32.json.lock"]


def test_others_may_read_a_shared_cache(small_herbarium: Path) -> None:
    data.herbarium(size=SIZE)
    plain = small_herbarium / "plain"
    plain.write_bytes(b"")
    modes = {
        path.stat().st_mode
        for path in small_herbarium.iterdir()
        if path.suffix in (".npy", ".json")
    }
    assert modes == {plain.stat().st_mode}


def test_two_processes_draw_once(tmp_path: Path) -> None:
    environment = {**os.environ, "COURSE_CACHE": str(tmp_path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RACE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "READY\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted("DREW" in text for text in said) == [False, True]
    assert len({text.splitlines()[-1] for text in said}) == 1
