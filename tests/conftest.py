"""What the tests share: the lessons under test, built once, graded once, a browser."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import STUDENTS, Classroom, Server, serve, shared_by

from helpers import browser
from helpers.cli import in_ci
from helpers.places import put_programs_on_path, repository

os.environ.setdefault("OMP_NUM_THREADS", "1")
put_programs_on_path()


MEASURED = pytest.StashKey[list[str]]()
FIGURES = pytest.StashKey[list[dict[str, Any]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--solutions",
        default=str(repository() / "solutions"),
        help="folder of lessons for tests/lessons and tests/browser "
        "(tests/fixtures/solutions has a small one)",
    )
    parser.addoption(
        "--share",
        type=float,
        default=1.0,
        help="with --long: this share of the seeds of each answer, 0.1 for a tenth",
    )
    parser.addoption(
        "--long",
        action="store_true",
        help="tests/checks: every seed and every mutant, and a report (`course test --long`)",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MEASURED] = []
    config.stash[FIGURES] = []
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Gather(config))


class Gather:
    """Gathers what the workers measured, where several processes share the tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take a finished worker's lines; one that crashed has none."""
        output = getattr(node, "workeroutput", {})
        self._config.stash[MEASURED] += output.get("measured", [])
        self._config.stash[FIGURES] += output.get("figures", [])


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):  # this process is a worker
        session.config.workeroutput["measured"] = session.config.stash[MEASURED]
        session.config.workeroutput["figures"] = session.config.stash[FIGURES]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep in one process what shares something costly: a lesson's tests, a file of units.

    (Marks of xdist's own loadgroup would say the same, but xdist 3.8 loses them with pytest 9.2.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByLesson(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return shared_by(nodeid)

    return ByLesson(config, log)


@pytest.fixture(scope="session")
def measured(pytestconfig: pytest.Config) -> list[str]:
    """Return the list of what was measured: reported at the end, never asserted."""
    return pytestconfig.stash[MEASURED]


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> list[dict[str, Any]]:
    """Return the list of what was measured of the checks, for the report on the grader."""
    return pytestconfig.stash[FIGURES]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lines = sorted(config.stash[MEASURED])
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.line(line)
    if config.stash[FIGURES]:
        from checks import report

        terminalreporter.section(report.TITLE)
        for line in report.summary(config.stash[FIGURES], config.getoption("--long")):
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def private_jupyter(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which Jupyter knows nothing of the user who runs the tests."""
    folder = tmp_path_factory.mktemp("jupyter")
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    for name in folders.values():
        (folder / name).mkdir()
    chosen = {variable: str(folder / name) for variable, name in folders.items()}
    return {**os.environ, **chosen}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Return a copy of the repository's lessons, built: `solutions/`, `course/`, `build/`."""
    from helpers.authoring.build import PICTURES, build

    root = tmp_path_factory.mktemp("house")
    shutil.copytree(
        request.config.getoption("--solutions"),
        root / "solutions",
        ignore=shutil.ignore_patterns("__pycache__", ".*"),
    )
    shutil.copy(repository() / "nbgrader_config.py", root)
    shutil.copytree(repository() / PICTURES, root / PICTURES)
    build(root)
    return root


@pytest.fixture(scope="session")
def classroom(
    house: Path, tmp_path_factory: pytest.TempPathFactory, private_jupyter: dict[str, str]
) -> Classroom:
    """Make a class with every lesson under test."""
    from helpers.authoring.classroom import init_class

    folder = tmp_path_factory.mktemp("classes") / "autumn"
    # A secret of its own for every run would draw other field pictures: another score each time.
    init_class(folder, house, secret="2019" * 16)
    return Classroom(folder, private_jupyter)


@pytest.fixture(scope="session")
def graded(lesson: str, classroom: Classroom, measured: list[str]) -> Classroom:
    """Submit `lesson` solved and untouched, and grade both with nbgrader, once a session."""
    for student, stage in zip(STUDENTS, ("source", "release"), strict=True):
        target = classroom.folder / "submitted" / student / lesson
        shutil.copytree(classroom.folder / stage / lesson, target)
    start = time.perf_counter()
    classroom.nbgrader("autograde", lesson)
    seconds = time.perf_counter() - start
    measured.append(f"{lesson}, nbgrader autograde of two submissions: {seconds:.1f} s")
    classroom.nbgrader("generate_feedback", lesson)
    return classroom


@pytest.fixture(scope="session")
def formgrader(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a Jupyter server in the class directory, as an instructor would."""
    options = ["--ServerApp.allow_root=True", "--ServerApp.port=0", "--no-browser"]
    command = [sys.executable, "-m", "jupyter_server", *options]
    log = tmp_path_factory.mktemp("logs") / "formgrader.txt"
    yield from serve(command, classroom.folder, classroom.environment, log)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Return a browser; skip where there is none, fail in continuous integration."""
    found = browser.find_browser()
    if found is None:
        message = f"no browser: {browser.REMEDY}"
        if in_ci():
            pytest.fail(message)
        pytest.skip(message)
    return found
