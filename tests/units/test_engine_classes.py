"""A class's folder: the seed, the lock, the originals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.errors import CourseError
from helpers.grading.classes import ClassFolder, WrongUse

LESSON = "00_the_wall"


@pytest.fixture
def room(tmp_path: Path) -> ClassFolder:
    (tmp_path / "nbgrader_config.py").touch()
    for lesson in (LESSON, "01_augmentation"):
        (tmp_path / "release" / lesson).mkdir(parents=True)
        (tmp_path / "release" / lesson / f"{lesson}.ipynb").write_text("{}")
    return ClassFolder(tmp_path)


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_folder_that_is_no_class_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="is not a class"):
        ClassFolder(tmp_path)
    (tmp_path / "nbgrader_config.py").touch()
    with pytest.raises(WrongUse, match="no lessons"):
        ClassFolder(tmp_path)


def test_a_lesson_is_found_by_a_part_of_its_name(room: ClassFolder) -> None:
    assert room.lesson("01") == room.lesson("augment") == "01_augmentation"
    assert room.lesson(LESSON) == LESSON
    for unclear in ("0", "07"):
        with pytest.raises(WrongUse, match="lessons match"):
            room.lesson(unclear)


def test_the_seed_is_drawn_once_and_nobody_else_reads_it(room: ClassFolder) -> None:
    seed = room.seed()
    assert ClassFolder(room.folder).seed() == seed
    assert (room.folder / ".course" / "seed").stat().st_mode & 0o777 == 0o600
    assert (room.folder / ".course").stat().st_mode & 0o777 == 0o700
    assert seed > 2**40
    assert [path.name for path in (room.folder / ".course").iterdir()] == ["seed"]


@pytest.mark.parametrize("text", ["", "x", "-4", "1.5", "9" * 40, "é"])
def test_a_broken_seed_is_an_error_not_another_seed(room: ClassFolder, text: str) -> None:
    room.seed()
    (room.folder / ".course" / "seed").write_text(text)
    with pytest.raises(CourseError, match="seed"):
        room.seed()


def test_one_engine_a_class(room: ClassFolder) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from helpers.errors import CourseError\n"
        "from helpers.grading.classes import ClassFolder\n"
        "try:\n"
        "    with ClassFolder(Path(sys.argv[1])).locked(): print('got it')\n"
        "except CourseError as error: print(error)\n"
    )

    def other() -> str:
        command = [sys.executable, "-c", program, str(room.folder)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    with room.locked():
        assert "another `course grade` is at work" in other()
        assert "\n" not in other()
    assert other() == "got it"


def test_an_original_is_put_where_formgrader_looks(room: ClassFolder) -> None:
    files = {f"{LESSON}.ipynb": b"{}", "pictures/mine.png": b"png"}
    assert room.keep_original("ada", LESSON, files)
    assert files_in(room.submitted) == {f"ada/{LESSON}/{name}": b for name, b in files.items()}
    assert not room.keep_original("ada", LESSON, files)
    assert not (room.folder / ".course" / "replaced").exists()


def test_an_older_original_is_kept_aside(room: ClassFolder) -> None:
    name = f"{LESSON}.ipynb"
    room.keep_original("ada", LESSON, {name: b"first", "data.csv": b"1"})
    room.keep_original("ada", LESSON, {name: b"second"})
    room.keep_original("ada", LESSON, {name: b"third"})
    assert files_in(room.submitted) == {f"ada/{LESSON}/{name}": b"third"}
    kept = sorted((room.folder / ".course" / "replaced").glob(f"*/ada/{LESSON}"))
    assert [files_in(folder) for folder in kept] == [
        {name: b"first", "data.csv": b"1"},
        {name: b"second"},
    ]


def test_when_it_was_collected_is_no_difference(room: ClassFolder) -> None:
    name = f"{LESSON}.ipynb"
    room.keep_original("ada", LESSON, {name: b"{}", "timestamp.txt": b"2026-01-01 00:00:00 UTC"})
    assert not room.keep_original("ada", LESSON, {name: b"{}"})
    assert room.keep_original("ada", LESSON, {name: b"{}", "timestamp.txt": b"later"})


def test_what_a_killed_run_left_is_no_obstacle(room: ClassFolder) -> None:
    left = room.submitted / "ada" / f".arriving-{LESSON}"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"x")
    room.keep_original("ada", LESSON, {f"{LESSON}.ipynb": b"{}"})
    assert list(files_in(room.submitted)) == [f"ada/{LESSON}/{LESSON}.ipynb"]


def test_a_link_in_the_way_is_set_aside_not_followed(room: ClassFolder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / f"{LESSON}.ipynb").write_bytes(b"precious")
    (room.submitted / "ada").mkdir(parents=True)
    os.symlink(elsewhere, room.submitted / "ada" / LESSON)
    room.keep_original("ada", LESSON, {f"{LESSON}.ipynb": b"{}"})
    assert files_in(elsewhere) == {f"{LESSON}.ipynb": b"precious"}
    assert not (room.submitted / "ada" / LESSON).is_symlink()
