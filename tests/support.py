"""What more than one test file uses."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import nbformat
import pytest
from nbformat import NotebookNode

from helpers.places import lessons, repository

STUDENTS = ("solved", "untouched")
PHOTOS = Path(os.environ.get("COURSE_PHOTOS") or repository().parent / "shared/data/hymenoptera")
needs_photos = pytest.mark.skipif(
    not PHOTOS.is_dir(), reason=f"no photographs of ants and bees in {PHOTOS}: set COURSE_PHOTOS"
)


def once_for_each_lesson(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `lesson` once for each lesson."""
    if "lesson" in metafunc.fixturenames:
        names = lessons(Path(metafunc.config.getoption("--solutions")))
        metafunc.parametrize("lesson", names, scope="session")


def shared_by(nodeid: str) -> str:
    """Return what a test shares with others: its lesson, its exercise, else its file."""
    lesson = re.search(r"\[(\d\d_\w+)", nodeid)
    exercise = re.search(r"tests/checks/.*\[(\w+[./]\w+)", nodeid)
    if exercise:
        return exercise[1].replace("/", ".")
    return lesson[1] if lesson else nodeid.partition("::")[0]


@dataclass(frozen=True)
class Classroom:
    """A class made by `course class init`, and the environment its commands run in."""

    folder: Path
    environment: dict[str, str]

    def nbgrader(self, *arguments: str) -> str:
        """Run one of nbgrader's own commands in the class; return what it said."""
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"nbgrader {' '.join(arguments)}:\n{done.stderr[-4000:]}"
        return done.stdout + done.stderr

    def notebook(self, stage: str, student: str, lesson: str) -> NotebookNode:
        """Read one student's notebook of a stage such as `autograded`."""
        path = self.folder / stage / student / lesson / f"{lesson}.ipynb"
        return nbformat.read(path, as_version=4)


@dataclass(frozen=True)
class Server:
    """A running Jupyter server: its address, its token, and how long it took to start."""

    url: str
    token: str
    seconds: float

    @property
    def authorization(self) -> dict[str, str]:
        """Return the header that opens every page."""
        return {"Authorization": f"token {self.token}"}


def serve(
    command: list[str], cwd: Path, environment: dict[str, str], log: Path
) -> Iterator[Server]:
    """Start a Jupyter server, wait for its own announcement, stop it at the end."""
    runtime = Path(environment["JUPYTER_RUNTIME_DIR"])
    started = time.perf_counter()
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            info = announced(process, runtime / f"jpserver-{process.pid}.json", log)
            yield Server(info["url"], info["token"], time.perf_counter() - started)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def announced(process: subprocess.Popen, file: Path, log: Path) -> dict[str, str]:
    """Wait until the server listens where it has written that it does: it writes first."""
    for _ in range(1200):
        if process.poll() is not None:
            pytest.fail(f"the server stopped:\n{log.read_text()}")
        with contextlib.suppress(OSError, ValueError):  # not there yet, half written, not open
            info: dict[str, str] = json.loads(file.read_text())
            socket.create_connection(("127.0.0.1", int(info["port"])), timeout=1).close()
            return info
        time.sleep(0.1)
    pytest.fail(f"the server did not start within 2 minutes:\n{log.read_text()}")


def formgrader_page(server: Server, path: str) -> str:
    """Fetch one of formgrader's addresses; anything but 200 raises."""
    request = Request(f"{server.url}formgrader{path}", headers=server.authorization)
    with urlopen(request, timeout=60) as answer:
        assert answer.status == 200
        return str(answer.read().decode())


def submission_id(classroom: Classroom, student: str, lesson: str) -> str:
    """Return the id by which formgrader's addresses name a submitted notebook."""
    from nbgrader.api import Gradebook  # slow: most tests need none

    url = f"sqlite:///{(classroom.folder / 'gradebook.db').as_posix()}"
    with Gradebook(url, "past-the-wall") as gradebook:
        return str(gradebook.find_submission_notebook(lesson, lesson, student).id)
