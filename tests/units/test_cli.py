"""`course`: each command says what it did, or in one line why it could not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers import browser, cli
from helpers.errors import CourseError
from helpers.places import lessons, repository

FIXTURES = repository() / "tests" / "fixtures" / "solutions"
runner = CliRunner()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one lesson, in place of this one."""
    shutil.copytree(FIXTURES, tmp_path / "solutions", ignore=shutil.ignore_patterns("__*"))
    monkeypatch.setattr(cli, "repository", lambda: tmp_path)
    return tmp_path


def course(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    program = Path(sys.executable).with_name("course")
    return subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True)


def test_build_then_check_then_an_edit(root: Path) -> None:
    assert runner.invoke(cli.app, ["build", "--check"]).exit_code == 1
    made = runner.invoke(cli.app, ["build"])
    assert made.output == "wrote course/90_dots/90_dots.ipynb\n"
    clean = runner.invoke(cli.app, ["build", "--check"])
    assert (clean.exit_code, clean.output) == (0, "course/ is up to date\n")
    source = root / "solutions" / "90_dots.py"
    source.write_text(source.read_text().replace("Recap", "recap", 1))
    stale = runner.invoke(cli.app, ["build", "--check"])
    assert stale.exit_code == 1
    assert stale.output.startswith("out of date: course/90_dots/90_dots.ipynb\n")


def test_class_init_says_what_to_do_next(root: Path) -> None:
    folder = root / "autumn"
    done = runner.invoke(cli.app, ["class", "init", str(folder)])
    assert done.exit_code == 0
    assert "nbgrader autograde 90_dots" in done.output
    again = runner.invoke(cli.app, ["class", "init", str(folder)])
    assert isinstance(again.exception, CourseError)


def test_a_mistake_is_one_line_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    done = course("class", "init", ".", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.strip().split("\n")
    assert line.startswith("course: ")
    assert "is not empty" in line


@pytest.mark.parametrize("arguments", [["lob"], ["build", "--chek"], ["class", "init"]])
def test_wrong_use_is_no_traceback(tmp_path: Path, arguments: list[str]) -> None:
    done = course(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Usage: course" in done.stderr


@pytest.mark.parametrize("arguments", [["."], [".", "--class", "."], [".", "--workers", "0"]])
def test_grading_what_is_no_class_is_wrong_use(tmp_path: Path, arguments: list[str]) -> None:
    done = course("grade", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_all_commands_are_offered() -> None:
    said = runner.invoke(cli.app, ["--help"]).output
    names = ("lab", "test", "build", "lint", "doctor", "class", "grade", "report")
    assert all(name in said for name in names)


def test_options_reach_pytest(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(cli.equipment, "provide", lambda *_: None)
    monkeypatch.setattr(cli.subprocess, "run", run)
    done = runner.invoke(cli.app, ["test", "tests/units", "-k", "herbarium or lab", "-x"])
    assert done.exit_code == 3
    assert seen == [[sys.executable, "-m", "pytest", "tests/units", "-k", "herbarium or lab", "-x"]]


def test_the_whole_suite_runs_on_several_cores_by_lesson(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(cli.equipment, "provide", lambda *_: None)
    monkeypatch.setattr(cli.os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(
        cli.subprocess,
        "run",
        lambda command, **_: seen.append(command) or subprocess.CompletedProcess(command, 0),
    )
    assert runner.invoke(cli.app, ["test"]).exit_code == 0
    assert seen == [[sys.executable, "-m", "pytest", "-n", "4", "--dist", "loadscope"]]


SPREAD = ["-n", "64", "--dist", "loadscope"]


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        ([], ["tests/checks", *SPREAD, "--long"]),
        (["-k", "sweep"], ["tests/checks", *SPREAD, "--long", "-k", "sweep"]),
        (["tests/checks/test_mutants.py"], [*SPREAD, "--long", "tests/checks/test_mutants.py"]),
    ],
)
def test_the_long_run_is_of_the_checks_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], chosen: list[str]
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(cli.equipment, "provide", lambda *_: pytest.fail("no browser is wanted"))
    monkeypatch.setattr(cli.os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(
        cli.subprocess,
        "run",
        lambda command, **_: seen.append(command) or subprocess.CompletedProcess(command, 0),
    )
    assert runner.invoke(cli.app, ["test", "--long", *arguments]).exit_code == 0
    assert seen == [[sys.executable, "-m", "pytest", *chosen]]


def test_a_browser_is_found_on_the_path_or_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "google-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    assert browser.find_browser() == program
    monkeypatch.setenv(browser.VARIABLE, str(tmp_path / "gone"))
    assert browser.find_browser() is None
    monkeypatch.setenv(browser.VARIABLE, str(program))
    assert browser.find_browser() == program


def test_lessons_are_listed_in_order(tmp_path: Path) -> None:
    for name in ("01_b", "00_a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.ipynb").write_text("")
    (tmp_path / "01_b" / "copy.ipynb").write_text("")
    assert lessons(tmp_path) == ["00_a", "01_b"]
