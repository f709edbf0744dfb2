"""Every named wrong answer fails with its own findings; every right answer passes."""

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from checked_answers import FUNCTIONS
from support import shared_by

from checks import answers
from checks.answers import COMMON, FILES, RIGHT, WRONG, deserved, exercise_of, label
from checks.figures import AnswerFigures
from checks.readable import complaints
from helpers.checks import PUBLIC_SEED

#: Files an exercise needs: wrong ones, different findings among them, combined ones, right ones.
MINIMUM = {"wrong answers": 8, "findings": 5, "combinations": 1, "right answers": 4}


def judge_with_each_seed(
    path: Path, request: pytest.FixtureRequest, figures: list[dict[str, Any]]
) -> None:
    """Judge one file; keep what was measured, also where the verdict is not what it should be."""
    wanted, answer = deserved(path), answers.answer_of(path)
    option = request.config.getoption
    tried = answers.seeds(path, option("--long"), option("--share"))
    missed: dict[int, list[str]] = {}
    unclear: dict[int, list[str]] = {}
    seconds, cpu_seconds = [], []
    for seed in tried:
        judged = answers.judged(exercise_of(path), answer, seed)
        seconds.append(judged.seconds)
        cpu_seconds.append(judged.cpu_seconds)
        if not as_deserved(path, judged, wanted):
            missed[seed] = [judged.verdict.name, *judged.codes]
        for place, finding in enumerate(judged.verdict.findings):
            if said := complaints(finding, first=place == 0):
                unclear[seed] = [f"{finding.code}: {each}" for each in said]
    figures.append(
        AnswerFigures(
            label(path), exercise_of(path).id, path in RIGHT, len(wanted), len(tried), len(missed),
            seconds, cpu_seconds,
        ).plain()
    )  # fmt: skip
    assert not missed, f"{label(path)} should get {wanted or 'nothing'}, by seed: {missed}"
    assert not unclear, f"{label(path)} gets a card that is hard to read, by seed: {unclear}"


def as_deserved(path: Path, judged: answers.Judged, wanted: list[str]) -> bool:
    """Tell whether a verdict is the right one."""
    if not wanted:
        return judged.verdict.name == "correct"
    named = judged.verdict.name == "wrong" or wanted == ["divides-by-zero"]
    return named and judged.codes[: len(wanted)] == wanted


@pytest.mark.timeout(3600)  # with --long: 50 checks, which may all be endless loops
@pytest.mark.parametrize("path", WRONG, ids=label)
def test_a_wrong_answer_fails_with_its_own_findings(
    path: Path, request: pytest.FixtureRequest, figures: list[dict[str, Any]]
) -> None:
    judge_with_each_seed(path, request, figures)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("path", RIGHT, ids=label)
def test_a_right_answer_passes_with_every_seed(
    path: Path, request: pytest.FixtureRequest, figures: list[dict[str, Any]]
) -> None:
    judge_with_each_seed(path, request, figures)


@pytest.mark.parametrize("exercise_id", FUNCTIONS)
def test_every_exercise_has_enough_wrong_and_right_answers(exercise_id: str) -> None:
    wrong = [path for path in WRONG if exercise_of(path).id == exercise_id]
    combined = [path for path in wrong if len(deserved(path)) > 1]
    there = {
        "wrong answers": len(wrong) - len(combined),
        "findings": len({deserved(path)[0] for path in wrong}),
        "combinations": len(combined),
        "right answers": sum(exercise_of(path).id == exercise_id for path in RIGHT),
    }
    short = [f"{MINIMUM[what] - there[what]} more {what}" for what in MINIMUM
             if there[what] < MINIMUM[what]]  # fmt: skip
    folder = f"tests/wrong_answers/{exercise_id.replace('.', '/')}"
    assert not short, f"{folder} needs {', '.join(short)}"


@pytest.mark.parametrize("path", FILES, ids=label)
def test_an_answer_says_where_it_comes_from(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring and "\n" not in docstring
    assert set(deserved(path)) <= {*exercise_of(path).mistakes, *COMMON}
    assert len(deserved(path)) <= 2


def test_the_tests_of_an_exercise_share_a_worker() -> None:
    assert [
        shared_by(f"tests/checks/{test}")
        for test in (
            "test_answers.py::test_a_wrong_answer[decay/sweep/ties-by-order+values-changed]",
            "test_answers.py::test_a_right_answer[decay/sweep/right_01]",
            "test_mutants.py::test_every_mutant[decay.sweep]",
            "test_mutants.py::test_every_mutant[head.ConcatPool]",
            "test_mutants.py::test_an_explanation",
        )
    ] == ["decay.sweep"] * 3 + ["head.ConcatPool", "tests/checks/test_mutants.py"]


def test_no_two_answers_of_an_exercise_are_the_same_code() -> None:
    bodies = Counter((path.parent, ast.dump(_without_docstring(path))) for path in FILES)
    assert [path for (path, _), count in bodies.items() if count > 1] == []


@pytest.mark.parametrize("long", [False, True])
def test_no_seed_is_tried_twice_and_the_notebooks_own_comes_first(long: bool) -> None:
    for path in FILES:
        tried = answers.seeds(path, long)
        assert tried[0] == PUBLIC_SEED
        assert len(set(tried)) == len(tried)


def test_a_share_of_a_long_run_takes_a_share_of_the_seeds() -> None:
    assert len(answers.seeds(RIGHT[0], True)) == 200
    assert len(answers.seeds(RIGHT[0], True, 0.1)) == 20
    assert len(answers.seeds(WRONG[0], True, 0.1)) == 5


def _without_docstring(path: Path) -> ast.Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = tree.body[1:]
    return tree
