"""A run that ends at any moment, by any cause, is finished by the next one. Nothing is lost."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import (
    COUNT,
    SEED,
    WALL,
    Run,
    command_of,
    copy_of,
    descendants,
    grades,
    kill,
    make_class,
    records_in,
    wait_until,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="submissions run on Linux only")


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """An environment with templates of its own, shared by all runs of this file."""
    folder = Path(tempfile.mkdtemp(prefix="run-"))
    yield {**os.environ, "XDG_RUNTIME_DIR": str(folder), "OMP_NUM_THREADS": "1"}
    kill(templates(folder))
    shutil.rmtree(folder, ignore_errors=True)


def templates(folder: Path) -> list[int]:
    """Return the processes of all templates below a runtime folder."""
    found = [int(path.read_text().split()[0]) for path in folder.glob("*/*/pid")]
    return [process for pid in found for process in (*descendants(pid), pid)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_class(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def whole(
    made: Path, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Path:
    """The class, graded in one go: nothing went wrong."""
    folder = copy_of(made, tmp_path_factory.mktemp("whole"))
    run = Run(folder, environment)
    assert run.finish() == 0, run.errors
    assert run.errors == ""
    assert Counter(run.states.values()) == {"graded": COUNT}
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return copy_of(made, tmp_path)


def finish(folder: Path, whole: Path, environment: dict[str, str]) -> Run:
    """Run again; everything must then be as if nothing had happened."""
    run = Run(folder, environment)
    assert run.finish() == 0, run.errors
    assert len(run.states) == COUNT
    assert grades(folder) == grades(whole)
    assert [path.name for path in records_in(folder)] == [path.name for path in records_in(whole)]
    again = Run(folder, environment)
    assert again.finish() == 0, again.errors
    assert Counter(again.states.values()) == {"unchanged": COUNT}
    return run


def test_a_second_run_grades_only_what_changed(
    whole: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = copy_of(whole, tmp_path)
    notebook = folder / "handed-in" / "learner-0002" / WALL / f"{WALL}.ipynb"
    before = notebook.read_bytes()
    plain = json.loads(before)
    plain["cells"].append(
        {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "One more thought."}
    )
    notebook.write_text(json.dumps(plain))
    run = Run(folder, environment)
    assert run.finish() == 0, run.errors
    changed = {student for student, state in run.states.items() if state != "unchanged"}
    assert changed == {"learner-0002"}
    (older,) = (folder / "class" / ".course" / "replaced").glob(f"*/learner-0002/{WALL}/*.ipynb")
    assert older.read_bytes() == before
    assert len(records_in(folder)) == COUNT + 1


def test_what_cannot_be_graded_is_named_and_exit_3(
    whole: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = copy_of(whole, tmp_path)
    (folder / "handed-in" / "eve" / WALL).mkdir(parents=True)
    (folder / "handed-in" / "eve" / WALL / f"{WALL}.ipynb").write_text("{")
    run = Run(folder, environment)
    assert run.finish() == 3, run.errors
    assert run.states.pop("eve") == "refused"
    assert [one["student"] for one in run.events[-1]["not_graded"]] == ["eve"]
    assert run.errors == ""
    before, after = grades(whole), grades(folder)
    assert {key: after[key] for key in before} == before
    assert {score for (student, _), (score, _) in after.items() if student == "eve"} == {0.0}


def test_another_seed_grades_all_again(
    whole: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = copy_of(whole, tmp_path)
    run = Run(folder, environment, "--seed", "77")
    assert run.finish() == 0, run.errors
    assert set(run.states.values()) == {"graded"}
    assert grades(folder) == grades(whole)


def test_the_engine_is_killed(folder: Path, whole: Path, environment: dict[str, str]) -> None:
    run = Run(folder, environment)
    run.submissions(3)
    others = run.descendants
    run.process.kill()
    run.process.wait()
    wait_until(lambda: not any("forkserver" in command_of(pid) for pid in others), "workers end")
    told = {student for student, state in run.states.items() if state == "graded"}
    assert len(told) == 3
    states = finish(folder, whole, environment).states
    assert {states[student] for student in told} == {"unchanged"}
    assert Counter(states.values())["graded"] <= COUNT - 3


def test_the_engine_is_killed_between_record_and_gradebook(
    whole: Path, tmp_path: Path, environment: dict[str, str], made: Path
) -> None:
    folder = copy_of(whole, tmp_path)
    shutil.rmtree(folder / "class" / ".course" / "current")
    shutil.copy(made / "class" / "gradebook.db", folder / "class")
    states = finish(folder, whole, environment).states
    assert set(states.values()) == {"entered"}


def test_a_worker_is_killed(folder: Path, whole: Path, environment: dict[str, str]) -> None:
    run = Run(folder, environment)
    run.submissions(2)
    (server, *_) = [pid for pid in run.descendants if "forkserver" in command_of(pid)]
    kill(descendants(server)[:1])
    assert run.finish() == 0, run.errors
    assert Counter(run.states.values()) == {"graded": COUNT}
    assert grades(folder) == grades(whole)


def test_the_template_is_killed(folder: Path, whole: Path, environment: dict[str, str]) -> None:
    run = Run(folder, environment)
    run.submissions(2)
    running = templates(Path(environment["XDG_RUNTIME_DIR"]))
    assert running
    kill(running)
    assert run.finish() == 0, run.errors
    assert Counter(run.states.values()) == {"graded": COUNT}
    assert grades(folder) == grades(whole)


def test_ctrl_c_finishes_what_is_under_way(
    folder: Path, whole: Path, environment: dict[str, str]
) -> None:
    run = Run(folder, environment)
    run.submissions(1)
    run.process.send_signal(signal.SIGINT)
    assert run.finish() == 130
    assert "finishing what is under way" in run.errors
    assert run.events[-1]["stopped"]
    assert 1 <= len(run.states) < COUNT
    told = set(run.states)
    states = finish(folder, whole, environment).states
    assert {states[student] for student in told} == {"unchanged"}


def test_a_second_ctrl_c_stops_at_once(
    folder: Path, whole: Path, environment: dict[str, str]
) -> None:
    run = Run(folder, environment)
    run.submissions(1)
    run.process.send_signal(signal.SIGINT)
    wait_until(lambda: "finishing" in run.errors, "the first Ctrl-C is taken")
    run.process.send_signal(signal.SIGINT)
    assert run.finish() == 130
    assert "Traceback" not in run.errors
    finish(folder, whole, environment)


def test_one_engine_a_class(folder: Path, whole: Path, environment: dict[str, str]) -> None:
    first = Run(folder, environment)
    first.until(lambda event: event["event"] == "begin")
    second = Run(folder, environment)
    assert second.finish() == 1
    (line,) = [line for line in second.errors.splitlines() if line]
    assert "another `course grade` is at work" in line
    assert first.finish() == 0
    assert grades(folder) == grades(whole)


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Put a disk of its own over a folder."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_the_disk_is_full(
    made: Path, whole: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    (folder / "class").mkdir()
    shutil.copytree(made / "handed-in", folder / "handed-in")
    with small_disk(folder / "class", "16m"):
        shutil.copytree(made / "class", folder / "class", dirs_exist_ok=True)
        filler = folder / "class" / "filler"
        free = shutil.disk_usage(folder / "class").free
        filler.write_bytes(b"x" * (free - 400_000))
        run = Run(folder, environment)
        assert run.finish() == 1
        (line,) = [line for line in run.errors.splitlines() if line]
        assert "disk is full" in line
        told = {student for student, state in run.states.items() if state == "graded"}
        assert len(told) < COUNT
        filler.unlink()
        states = finish(folder, whole, environment).states
        assert {states[student] for student in told} <= {"unchanged"}


def test_neither_seed_nor_secret_is_written_down(whole: Path) -> None:
    for path in (whole / "class").rglob("*"):
        if path.is_file() and path.name not in ("secret", "seed") and path.suffix != ".db":
            content = path.read_bytes()
            assert b"2019" * 16 not in content, path
            assert f" {SEED}".encode() not in content, path
