"""Every named wrong answer fails with its own finding; every right answer passes."""

import ast
import importlib.util
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checked_answers import FUNCTIONS

from helpers.checks import EXERCISES, PUBLIC_SEED, Exercise, Verdict
from helpers.checks.evidence import from_bytes, to_bytes
from helpers.checks.run import collect, judge_evidence

FOLDER = Path(__file__).parents[1] / "wrong_answers"
FILES = sorted(FOLDER.rglob("*.py"))
WRONG = [path for path in FILES if not path.stem.startswith("right_")]
RIGHT = [path for path in FILES if path.stem.startswith("right_")]
COMMON = {"wrong-dtype", "wrong-type", "not-finite"}
WRONG_SEEDS = (PUBLIC_SEED, 0, 7, 123_456_789_012_345_678_901)
RIGHT_SEEDS = (PUBLIC_SEED, *range(19))


def label(path: Path) -> str:
    return str(path.relative_to(FOLDER).with_suffix(""))


def exercise_of(path: Path) -> Exercise:
    lesson, name, _ = path.relative_to(FOLDER).parts
    return EXERCISES[f"{lesson}.{name}"]


def answer_of(path: Path) -> Callable[..., Any]:
    spec = importlib.util.spec_from_file_location("answer", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    answer: Callable[..., Any] = getattr(module, exercise_of(path).name)
    return answer


def verdict_of(path: Path, seed: int) -> Verdict:
    exercise = exercise_of(path)
    evidence = from_bytes(to_bytes(collect(exercise, answer_of(path), seed)))
    return judge_evidence(exercise, evidence, seed)


@pytest.mark.parametrize("path", WRONG, ids=label)
def test_a_wrong_answer_fails_with_its_own_finding(path: Path) -> None:
    for seed in WRONG_SEEDS:
        verdict = verdict_of(path, seed)
        codes = [finding.code for finding in verdict.findings]
        assert verdict.name == "wrong" or path.stem == "divides-by-zero"
        assert codes[:1] == [path.stem.partition("--")[0]], f"seed {seed}: {codes}"


@pytest.mark.parametrize("path", RIGHT, ids=label)
def test_a_right_answer_passes_with_every_seed(path: Path) -> None:
    for seed in RIGHT_SEEDS:
        verdict = verdict_of(path, seed)
        assert verdict.name == "correct", f"seed {seed}: {verdict.findings}"


@pytest.mark.parametrize("exercise_id", FUNCTIONS)
def test_every_exercise_has_five_wrong_answers_and_two_right_ones(exercise_id: str) -> None:
    wrong = {p.stem.partition("--")[0] for p in WRONG if exercise_of(p).id == exercise_id}
    right = [p for p in RIGHT if exercise_of(p).id == exercise_id]
    assert len(wrong) >= 5
    assert len(right) >= 2


@pytest.mark.parametrize("path", FILES, ids=label)
def test_an_answer_says_where_it_comes_from(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring and "\n" not in docstring
    if path in WRONG:
        assert path.stem.partition("--")[0] in {*exercise_of(path).mistakes, *COMMON}


def test_no_two_answers_of_an_exercise_are_the_same_code() -> None:
    bodies = Counter((path.parent, ast.dump(_without_docstring(path))) for path in FILES)
    assert [path for (path, _), count in bodies.items() if count > 1] == []


def _without_docstring(path: Path) -> ast.Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = tree.body[1:]
    return tree
