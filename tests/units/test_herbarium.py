"""The herbarium: the same pictures everywhere, drawn once, and a cache that is whole or redrawn."""

from __future__ import annotations

import base64
import dataclasses
import errno
import io
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
import torch
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from PIL import Image
from torchvision.transforms import v2

from helpers import data, storage
from helpers.data.flora import splits
from helpers.data.flora.guide import plate
from helpers.data.flora.species import SPECIES
from helpers.errors import CourseError

SIZE = 32

SAMPLE = """
import hashlib
from helpers.data.flora import splits
digest = hashlib.sha256()
for split in splits.SPLITS:
    for label in range(16):
        digest.update(splits.draw_photograph(split, 0, label, label, 128).tobytes())
print(digest.hexdigest())
"""

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


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the splits small and the cache empty; return the folder the pictures will be in."""
    small = tuple(dataclasses.replace(split, per_species=2) for split in splits.SPLITS)
    monkeypatch.setattr(splits, "SPLITS", small)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    return tmp_path / "herbarium"


def pixels_of(pictures: data.Pictures) -> np.ndarray:
    return np.stack([np.asarray(pictures.picture(i)) for i in range(len(pictures))])


def forbid_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any) -> Any:
        raise AssertionError("drawn again")

    monkeypatch.setattr(splits, "draw_photograph", refuse)


def remarks(out: str) -> list[str]:
    """Return the lines of an output, without the one that slow machines add."""
    return [line for line in out.splitlines() if not line.startswith("drawing the herbarium: ")]


def in_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


# ---- the pictures ----------------------------------------------------------------------------


def test_the_four_splits_are_as_large_as_the_lessons_say() -> None:
    counts = {split.name: split.per_species * len(SPECIES) for split in splits.SPLITS}
    assert counts == {"train": 320, "valid": 240, "test": 640, "field": 320}


@pytest.mark.timeout(600)
def test_the_published_digests_come_out_of_the_code() -> None:
    drawn = splits._draw_all(draw=0, size=splits.SIZE)
    assert {name: splits.digest_of(pixels) for name, pixels in drawn.items()} == splits.PUBLISHED


def test_the_pictures_do_not_depend_on_the_processor() -> None:
    enabled = [feature for feature in __cpu_dispatch__ if __cpu_features__[feature]]
    if not enabled:
        pytest.skip("this processor has nothing that NumPy could be told not to use")
    plain = in_python(
        SAMPLE, NPY_DISABLE_CPU_FEATURES=" ".join(enabled), OPENBLAS_CORETYPE="Prescott"
    )
    assert in_python(SAMPLE) == plain


def test_a_photograph_depends_on_nothing_but_its_place() -> None:
    train = splits.SPLITS[0]
    first = splits.draw_photograph(train, 0, 3, 7, SIZE)
    np.random.seed(1)
    splits.draw_photograph(train, 0, 4, 7, SIZE)
    assert np.array_equal(splits.draw_photograph(train, 0, 3, 7, SIZE), first)


def test_every_photograph_is_a_different_one(few: Path) -> None:
    sets = [data.herbarium(draw, SIZE) for draw in (0, 1)]
    parts = [part for s in sets for part in (s.train, s.valid, s.test, s.field) if part is not None]
    every = [picture.tobytes() for part in parts for picture in pixels_of(part)]
    assert len(set(every)) == len(every) == 2 * 4 * 2 * 16


def test_labels_follow_the_species_except_in_the_field(few: Path) -> None:
    herbarium = data.herbarium(size=SIZE)
    assert herbarium.train.labels.tolist() == [label for label in range(16) for _ in range(2)]
    assert herbarium.field is not None
    assert set(herbarium.field.labels.tolist()) == {-1}
    hidden = splits._labels(splits.SPLITS[3], draw=0)
    assert sorted(hidden) == herbarium.train.labels.tolist() != hidden


def test_the_size_is_the_one_asked_for() -> None:
    picture = splits.draw_photograph(splits.SPLITS[2], 0, 9, 0, 200)
    assert picture.shape == (200, 200, 3)
    assert picture.dtype == np.uint8


def test_species_that_differ_by_hue_alone_share_their_build() -> None:
    forms = {species.name: species.form for species in SPECIES}
    red, orange = forms["Papalia rubra"], forms["Papalia aurantia"]
    assert dataclasses.replace(red, hue=22) == orange  # type: ignore[type-var]


@pytest.mark.parametrize(
    "wrong", [{"draw": -1}, {"draw": True}, {"draw": 0.5}, {"size": 8}, {"size": 10_000}]
)
def test_a_draw_or_size_out_of_range_is_one_line(wrong: dict[str, Any]) -> None:
    with pytest.raises(CourseError) as caught:
        data.herbarium(**wrong)
    assert "\n" not in str(caught.value)


# ---- the cache -------------------------------------------------------------------------------


def test_the_second_call_maps_what_the_first_has_drawn(
    few: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
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
    few: Path,
    damage: Callable[[Path], None],
    line: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    first = data.herbarium(size=SIZE)
    whole = pixels_of(first.train)
    damage(few)
    capfd.readouterr()
    again = data.herbarium(size=SIZE)
    out, err = capfd.readouterr()
    assert len(remarks(out)) == 1 and line in out
    assert err == ""
    assert again.train.fingerprint == first.train.fingerprint
    assert np.array_equal(pixels_of(again.train), whole)


def test_files_without_a_manifest_do_not_count(
    few: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data.herbarium(size=SIZE)
    (few / "draw0-32.json").unlink()
    flip_a_bit(few)
    herbarium = data.herbarium(size=SIZE)
    assert remarks(capfd.readouterr().out) == []
    assert np.array_equal(
        pixels_of(herbarium.valid)[0], splits.draw_photograph(splits.SPLITS[1], 0, 0, 0, SIZE)
    )


def test_an_unwritable_cache_leaves_the_pictures_in_memory(
    few: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    cached = data.herbarium(size=SIZE)
    in_the_way = few.parent / "file"
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
    few: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    herbarium = data.herbarium(size=SIZE)
    out, err = capfd.readouterr()
    assert len(remarks(out)) == 1 and "disk is full" in out
    assert err == ""
    assert len(herbarium.test) == 32
    assert [path.name for path in few.iterdir() if not path.name.endswith(".lock")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_disk_that_fills_while_the_pictures_are_written(tmp_path: Path) -> None:
    out = in_python(FILLING, COURSE_CACHE=str(tmp_path))
    assert remarks(out)[0].startswith("The herbarium stays in memory")
    assert "(file too large)" in remarks(out)[0]
    assert remarks(out)[1:] == ["32"]
    left = [path.name for path in (tmp_path / "herbarium").iterdir()]
    assert left == ["draw0-32.json.lock"]


def test_others_may_read_a_shared_cache(few: Path) -> None:
    data.herbarium(size=SIZE)
    plain = few / "plain"
    plain.write_bytes(b"")
    modes = {path.stat().st_mode for path in few.iterdir() if path.suffix in (".npy", ".json")}
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


# ---- pictures, loaders, names ----------------------------------------------------------------


def test_the_fingerprint_names_pictures_labels_and_order(few: Path) -> None:
    train = data.herbarium(size=SIZE).train
    assert train.subset(range(len(train))).fingerprint == train.fingerprint
    assert train.with_transform(v2.ToImage()).fingerprint == train.fingerprint
    others = [
        data.herbarium(draw=1, size=SIZE).train,
        data.herbarium(size=SIZE).valid,
        train.subset(range(31)),
        train.subset(list(reversed(range(len(train))))),
    ]
    assert len({other.fingerprint for other in others} | {train.fingerprint}) == 5


def test_a_subset_of_a_subset_keeps_pictures_and_labels_together(few: Path) -> None:
    train = data.herbarium(size=SIZE).train
    part = train.subset(torch.tensor([30, 4, 9])).subset([2, 0])
    assert part.labels.tolist() == [train.labels[9], train.labels[30]]
    assert np.array_equal(pixels_of(part), pixels_of(train)[[9, 30]])
    with pytest.raises(IndexError):
        part.picture(2)


def test_a_class_is_found_by_name_and_by_label(few: Path) -> None:
    train = data.herbarium(size=SIZE).train
    found = train.of_class("Cyanthe azurea")
    assert found.labels.tolist() == [train.classes.index("Cyanthe azurea")] * 2
    assert np.array_equal(
        pixels_of(found), pixels_of(train.subset(train.labels == found.labels[0]))
    )
    assert train.of_class(15).labels.tolist() == [15, 15]


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda train: train.of_class("Cyanthe azure"), "did you mean 'Cyanthe azurea'?"),
        (lambda train: train.of_class("Rosa"), "the first is 'Astrella alba'"),
        (lambda train: train.of_class(16), "labels 0 to 15"),
        (lambda train: train.of_class(None), "no class None"),
        (lambda train: train.subset([0, 32]), "no picture 32 in 'train': it has 32"),
        (lambda train: train.subset(["Astrella alba"]), "of_class(name)"),
        (lambda train: train.with_transform("hue"), "'hue' is not a transform"),
        (lambda train: train.with_transform(v2.RandomRotation), "RandomRotation, a class, is not"),
    ],
)
def test_what_is_not_there_is_one_line(
    few: Path, ask: Callable[[data.Pictures], object], words: str
) -> None:
    with pytest.raises(CourseError) as caught:
        ask(data.herbarium(size=SIZE).train)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        (v2.RandomRotation(25), "gives Image, not a tensor"),
        (lambda picture: torch.zeros(3, *np.random.randint(5, 50, 2)), "let it resize and crop"),
    ],
)
def test_what_makes_no_batch_is_one_line(
    few: Path, transform: Callable[..., Any], words: str
) -> None:
    loader = data.batches(data.herbarium(size=SIZE).train.with_transform(transform))
    with pytest.raises(CourseError, match=words) as caught:
        list(loader)
    assert "\n" not in str(caught.value)


def test_batches_keep_their_own_order(few: Path) -> None:
    train = data.herbarium(size=SIZE).train.with_transform(v2.ToImage())

    def epoch(loader: Any) -> list[int]:
        return [int(label) for _, labels in loader for label in labels]

    torch.manual_seed(5)
    state = torch.get_rng_state()
    loader = data.batches(train, batch_size=5, shuffle=True, seed=1)
    first, second = epoch(loader), epoch(loader)
    assert first != second
    assert sorted(first) == sorted(second) == train.labels.tolist()
    assert epoch(data.batches(train, batch_size=5, shuffle=True, seed=1)) == first
    assert epoch(data.batches(train, batch_size=5, shuffle=True, seed=2)) != first
    assert epoch(data.batches(train, batch_size=5)) == train.labels.tolist()
    assert torch.equal(torch.get_rng_state(), state)
    assert [len(labels) for _, labels in data.batches(train, batch_size=5)] == [5] * 6 + [2]


def test_pictures_without_a_transform_cannot_be_batched(few: Path) -> None:
    train = data.herbarium(size=SIZE).train
    with pytest.raises(CourseError, match="with_transform"):
        data.batches(train)
    with pytest.raises(CourseError, match="no pictures"):
        data.batches(train.subset([]))


def test_load_takes_the_name_the_variable_or_the_herbarium(
    few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(data.registry.NAMES, "herbarium", lambda: data.herbarium(size=SIZE))
    monkeypatch.delenv("COURSE_DATA", raising=False)
    assert data.load().name == "herbarium"
    monkeypatch.setenv("COURSE_DATA", "/nowhere/at/all")
    with pytest.raises(CourseError, match="no folder /nowhere/at/all"):
        data.load()
    assert data.load("Herbarium").name == "herbarium"


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(CourseError) as caught:
        data.load("herbarum")
    line = str(caught.value)
    assert "flowers102, herbarium or a folder" in line
    assert "Did you mean 'herbarium'?" in line
    assert "\n" not in line
    with pytest.raises(CourseError, match="int is not the name of a data set"):
        data.load(3)  # type: ignore[arg-type]
    with pytest.raises(CourseError) as caught:
        data.load("qqq")
    assert "Did you mean" not in str(caught.value)


# ---- the field guide -------------------------------------------------------------------------


def test_the_field_guide_shows_and_tells_every_species() -> None:
    guide = data.field_guide()
    for species in SPECIES:
        assert f"{species.name}, {species.english}: {species.trait}" in guide.alt
    shown = {text.get_text() for text in guide.figure.texts}
    assert {species.name for species in SPECIES} <= shown
    bundle, _ = guide._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).convert("RGB")
    assert picture.width > 1000
    assert len(guide.figure.axes) == len(SPECIES)


def test_no_two_plates_look_the_same() -> None:
    plates = {plate(species, 64).tobytes() for species in SPECIES}
    assert len(plates) == len(SPECIES)
