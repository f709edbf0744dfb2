"""`course lint`: each defect is named, with its place and what to do; a clean course is not."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any, ClassVar

import pytest
from typer.testing import CliRunner

from helpers import cli
from helpers.authoring import build as builder
from helpers.authoring.lint import RULES, Problem, lint
from helpers.authoring.sources import AuthoringError
from helpers.checks import Exercise, Finding
from helpers.checks.core import Answer, Evidence, Mistake
from helpers.errors import CourseError
from helpers.places import repository

FIXTURES = repository() / "tests" / "fixtures" / "lint"
DEFECTS: dict[str, dict[str, Any]] = tomllib.loads((FIXTURES / "defects.toml").read_text("utf-8"))
LESSON = "solutions/90_counts.py"
ANSWERS = [
    *(f"wrong-{number}" for number in range(2, 7)),
    "wrong-6--again",
    "wrong-6--and-again",
    "one+another",
    *(f"right_{how}" for how in ("loop", "sum", "product", "class")),
]
runner = CliRunner()


class Double(Exercise):
    """An exercise to be linted; nobody probes it."""

    id = "counts.double"
    parameters = ("values",)
    checked = "every value doubled"

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        return []


class Halve(Double):
    id = "counts.halve"


class Wordy(Double):
    """Speaks of the head by another name."""

    mistakes: ClassVar = {"wordy": Mistake("The top layer is missing.")}


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which nothing is wrong, built."""
    root = tmp_path_factory.mktemp("lint") / "clean"
    shutil.copytree(FIXTURES / "clean", root)
    folder = root / "tests" / "wrong_answers" / "counts" / "double"
    folder.mkdir(parents=True)
    for name in ANSWERS:
        (folder / f"{name}.py").write_text(f'"""{name}."""\n', encoding="utf-8")
    (root / "course" / "README.md").write_text("All.\n", encoding="utf-8")
    builder.build(root)
    return root


def exercises(names: list[str]) -> dict[str, Exercise]:
    known = {"counts.double": Double(), "counts.halve": Halve(), "words": Wordy()}
    return {known[name].id: known[name] for name in names}


def problems_of(root: Path, names: list[str] | None = None) -> list[Problem]:
    checked = exercises(["counts.double"] if names is None else names)
    return lint(root, cli.commands_and_options(), checked=checked)


def spoil(root: Path, defect: dict[str, Any]) -> None:
    """Make the recorded edit, and build as an author would."""
    for pattern in defect.get("gone", ()):
        found = sorted((root / "tests" / "wrong_answers").rglob(pattern))
        assert found, f"no answer is called {pattern}"
        for path in found:
            path.unlink()
    if "old" not in defect:
        return
    path = root / defect.get("file", LESSON)
    text = path.read_text(encoding="utf-8")
    assert defect["old"] in text
    path.write_text(text.replace(defect["old"], defect["new"], 1), encoding="utf-8")
    if path.name.endswith(".py"):
        try:
            builder.build(root)
        except AuthoringError:
            shutil.rmtree(root / "course" / "90_counts")


def test_a_course_without_defects_is_clean(clean: Path) -> None:
    assert problems_of(clean) == []


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_named(name: str, clean: Path, tmp_path: Path) -> None:
    defect = DEFECTS[name]
    root = tmp_path / "spoilt"
    shutil.copytree(clean, root)
    spoil(root, defect)
    lines = [
        str(problem).removeprefix(f"{LESSON}:")
        for problem in problems_of(root, defect.get("checked"))
    ]
    assert len(lines) == len(defect["says"]), "\n".join(lines)
    for line, expected in zip(lines, defect["says"], strict=True):
        assert expected in line


def test_the_release_leaves_the_notes_on_numbers_out(clean: Path) -> None:
    released = (clean / "course" / "90_counts" / "90_counts.ipynb").read_text(encoding="utf-8")
    assert "<!-- from benchmarks.counting" in (clean / LESSON).read_text(encoding="utf-8")
    assert "Guessing gives 51 %" in released
    assert "<!--" not in released


def test_every_rule_has_a_defect() -> None:
    said = {line for defect in DEFECTS.values() for line in defect["says"]}
    assert [rule for rule in RULES if not any(f"{rule}: " in line for line in said)] == []


def test_only_the_lessons_asked_for_are_looked_at(clean: Path, tmp_path: Path) -> None:
    root = tmp_path / "two"
    shutil.copytree(clean, root)
    text = (root / LESSON).read_text(encoding="utf-8")
    for old in ("## Predict", "`learn.count()`", "The goal is 75 %."):
        text = text.replace(old, "More")
    (root / "solutions" / "91_more.py").write_text(text, encoding="utf-8")
    builder.build(root)
    commands = cli.commands_and_options()
    checked = exercises(["counts.double"])
    assert lint(root, commands, ["counts"], checked) == []
    (found,) = lint(root, commands, ["91"], checked)
    assert (found.path, found.rule) == ("solutions/91_more.py", "sections")
    with pytest.raises(CourseError, match="no lesson is called '92': there are 90_counts, 91_more"):
        lint(root, commands, ["92"], checked)


def test_the_command_names_problems_and_fails(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "repository", lambda: clean)
    done = runner.invoke(cli.app, ["lint"])
    assert done.exit_code == 1
    assert f"{LESSON}:88: registered: nothing checks counts.double" in done.output
    assert all(line.count(": ") >= 2 for line in done.output.strip().split("\n"))


def test_this_course_is_clean() -> None:
    done = runner.invoke(cli.app, ["lint"])
    assert done.output == "nothing to mend\n"
    assert done.exit_code == 0
