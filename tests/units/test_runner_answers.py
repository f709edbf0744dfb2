"""The room finds what a notebook finds: wrong answers, right answers, solutions, attacks."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest
from room import graded, outcome_of

from helpers.checks import EXERCISES, Verdict
from helpers.checks.evidence import from_bytes, to_bytes
from helpers.checks.run import collect, judge_evidence
from helpers.grading.core import Source
from helpers.places import repository

FOLDER = Path(__file__).parents[1] / "wrong_answers"
RIGHT = sorted(FOLDER.rglob("right_*.py"))
WRONG = sorted(set(FOLDER.rglob("*.py")) - set(RIGHT))


def label(path: Path) -> str:
    return str(path.relative_to(FOLDER).with_suffix(""))


def exercise_of(path: Path) -> str:
    lesson, name, _ = path.relative_to(FOLDER).parts
    return f"{lesson}.{name}"


def at_home(path: Path, seed: int) -> Verdict:
    """The verdict of `check` in a notebook that holds this file."""
    exercise, space, text = EXERCISES[exercise_of(path)], {"__name__": "__main__"}, path.read_text()
    linecache.cache["<cell>"] = (len(text), None, text.splitlines(keepends=True), "<cell>")
    exec(compile(text, "<cell>", "exec"), space)
    evidence = collect(exercise, space[exercise.name], seed)  # type: ignore[arg-type]
    return judge_evidence(exercise, from_bytes(to_bytes(evidence)), seed)


def said(finding: Mapping[str, str]) -> dict[str, str]:
    """A finding without addresses in memory and line breaks."""
    plain = (re.sub(r"0x[0-9a-f]+", "0x", text) for text in finding.values())
    return dict(zip(finding, (" ".join(text.split()) for text in plain), strict=True))


@pytest.mark.parametrize("path", RIGHT, ids=label)
def test_every_right_answer_passes_when_the_answers_are_forgotten(path: Path) -> None:
    result = graded(exercise_of(path), path.read_text("utf-8"), seed=len(path.name) * 10**15)
    assert (result.verdict, result.findings) == ("correct", ())


@pytest.mark.parametrize("path", WRONG[::5], ids=label)
def test_a_wrong_answer_gets_the_same_findings_as_at_home(path: Path) -> None:
    seed = len(path.name)
    home = at_home(path, seed)
    result = graded(exercise_of(path), path.read_text("utf-8"), seed=seed)
    assert result.verdict == home.name
    assert list(map(said, result.findings)) == [said(asdict(f)) for f in home.findings]


def solutions() -> list[tuple[str, list[str]]]:
    """Exercises, and what their lesson defines, the answer last: a cell for each."""
    found = []
    for path in sorted((repository() / "solutions").glob("[0-9]*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        defined = {
            node.name: ast.unparse(node)
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        imports = [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="check"), args=[ast.Constant(value=str(name)),
                                                               ast.Name(id=answer)]):  # fmt: skip
                    others = [text for key, text in defined.items() if key != answer]
                    found.append((name, [*imports, *others, defined[answer]]))
    return found


SOLUTIONS = solutions()


def test_every_function_has_a_solution() -> None:
    assert {name for name, _ in SOLUTIONS} == {
        name for name in EXERCISES if not name.startswith(("past.wall", "past.field"))
    }


@pytest.mark.parametrize(("name", "cells"), SOLUTIONS, ids=[name for name, _ in SOLUTIONS])
def test_no_solution_is_taken_for_the_library(name: str, cells: list[str]) -> None:
    result = graded(name, *cells)
    assert (result.verdict, result.findings) == ("correct", ())


ATTACKS = {
    "asks the judge": """
from helpers.checks import EXERCISES
def accuracy(logits, labels):
    return EXERCISES['wall.accuracy'].judge
""",
    "asks for the right result": """
from helpers.checks import EXERCISES
def accuracy(logits, labels):
    return EXERCISES['wall.accuracy']._results(logits, labels)['right']
""",
    "asks the frame above": """
import sys
def accuracy(logits, labels):
    frame = sys._getframe()
    while 'self' not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals['self']._results(logits, labels)['right']
""",
}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_who_asks_the_check_gets_nothing(text: str) -> None:
    result = graded("wall.accuracy", text)
    assert (result.points, result.verdict == "correct") == (0.0, False)


def test_references_are_gone_where_no_probe_needs_them() -> None:
    text = """
from helpers.checks.schedule import one_cycle as module
def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    rule = module.OneCycle()
    return rule.right(step, steps, peak, start, end, rising)
"""
    result = graded("schedule.one_cycle", text)
    assert (result.verdict, result.finding) == ("error", "raised")
    assert result.findings[0]["got"] == "'OneCycle' object has no attribute 'right'"


BORROWED = {
    "in its body": """
from helpers.checks.rate import sweeping
def smooth(losses, beta=0.9):
    return [float(value) for value in sweeping.smoothed(losses, beta)]
""",
    "by a name of its own": """
from helpers.checks.rate.sweeping import smoothed as theirs
smooth = lambda losses, beta=0.9: theirs(losses, beta).tolist()
""",
    "as the answer itself": "from helpers.checks.rate.sweeping import smoothed as smooth",
    "in a partial": """
from functools import partial
from helpers.checks.rate import sweeping
smooth = partial(sweeping.smoothed)
""",
    "in a class": """
from helpers.checks.rate import sweeping
class Smooth:
    __call__ = staticmethod(sweeping.smoothed)
smooth = Smooth()
""",
}


@pytest.mark.parametrize("text", BORROWED.values(), ids=BORROWED)
def test_what_the_probe_of_another_exercise_needs_is_no_answer(text: str) -> None:
    assert graded("rate.smooth", text).points == 0.0
    outcome = outcome_of("rate.smooth", [Source(text, "answer", "cell")])
    assert from_bytes(outcome.evidence)["library"] == ["helpers.checks"]


def test_calls_of_the_check_by_itself_do_not_count() -> None:
    outcome = outcome_of("rate.smooth", [Source("def smooth(a, b): return a", "answer", "cell")])
    assert from_bytes(outcome.evidence)["library"] == []
