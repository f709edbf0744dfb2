"""`course grade` as a process of its own: watched, killed, run again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.submissions import honest, read_lesson, submit
from helpers.authoring.classroom import init_class
from helpers.places import repository

WALL = "00_the_wall"
COUNT = 8
SEED = "4215"

State = dict[str, Any]


def make_class(folder: Path) -> Path:
    """Make a class of one lesson, and submissions of honest learners beside it."""
    (folder / "house" / "solutions").mkdir(parents=True)
    shutil.copy(repository() / "solutions" / f"{WALL}.py", folder / "house" / "solutions")
    init_class(folder / "class", folder / "house", secret="2019" * 16)
    submit(folder / "handed-in", WALL, list(honest(read_lesson(folder / "class", WALL), COUNT, 1)))
    return folder


def copy_of(made: Path, folder: Path) -> Path:
    """Copy a class and its submissions."""
    return Path(shutil.copytree(made, folder / "copy"))


class Run:
    """One `course grade --json`, whose lines are read as they come."""

    def __init__(self, folder: Path, environment: dict[str, str], *more: str) -> None:
        program = Path(sys.executable).with_name("course")
        command = [program, "grade", folder / "handed-in", "--class", folder / "class"]
        command += ["--workers", "2", "--seed", SEED, "--json", *more]
        self._errors = (folder / f"errors-{time.monotonic_ns()}").open("w+")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self._errors, text=True, env=environment,
            start_new_session=True,
        )  # fmt: skip
        self.events: list[State] = []

    def until(self, wanted: Callable[[State], bool], times: int = 1) -> None:
        """Read on until something was said, so many times."""
        for event in self._lines():
            times -= wanted(event)
            if times == 0:
                return
        pytest.fail(f"the run ended before:\n{self.errors}")

    def submissions(self, times: int) -> None:
        """Read on until so many more submissions are done."""
        self.until(lambda event: event["event"] == "submission", times)

    def finish(self) -> int:
        """Read to the end; return the exit status."""
        for _ in self._lines():
            pass
        return self.process.wait(120)

    def _lines(self) -> Iterator[State]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line))
            yield self.events[-1]

    @property
    def errors(self) -> str:
        """What it wrote on stderr."""
        self._errors.seek(0)
        return self._errors.read()

    @property
    def states(self) -> dict[str, str]:
        """What became of each student."""
        said = [event for event in self.events if event["event"] == "submission"]
        return {event["student"]: event["state"] for event in said}

    @property
    def descendants(self) -> list[int]:
        """Processes that it has started, and theirs."""
        return descendants(self.process.pid)


def descendants(pid: int) -> list[int]:
    """Return the processes below one that are there now."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        below = parents.get(queue.pop(), [])
        found += below
        queue += below
    return found


def command_of(pid: int) -> str:
    """Return a process's command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def wait_until(true: Callable[[], object], what: str, seconds: float = 90) -> None:
    """Poll until something holds."""
    for _ in range(int(seconds * 10)):
        if true():
            return
        time.sleep(0.1)
    pytest.fail(f"never: {what}")


def kill(pids: list[int], number: int = signal.SIGKILL) -> None:
    """Send a signal to processes, those that are gone already left out."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def grades(folder: Path) -> dict[tuple[str, str], tuple[float | None, bool]]:
    """Return score and need for a person of every cell, by student and cell."""
    query = (
        "select a.student_id, b.name, g.auto_score, g.needs_manual_grade from grade g "
        "join base_cell b on g.cell_id = b.id "
        "join submitted_notebook n on g.notebook_id = n.id "
        "join submitted_assignment a on n.assignment_id = a.id"
    )
    with closing(sqlite3.connect(folder / "class" / "gradebook.db")) as database:
        rows = database.execute(query).fetchall()
    return {(student, cell): (score, bool(waits)) for student, cell, score, waits in rows}


def records_in(folder: Path) -> list[Path]:
    """Return the files of all records."""
    return sorted((folder / "class" / ".course" / "records").rglob("*.json"))
