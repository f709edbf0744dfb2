"""A solution with one mechanical slip in it is told to be wrong, or somebody has said why not."""

from __future__ import annotations

import tomllib
import zlib
from typing import Any

import pytest
from checked_answers import FUNCTIONS

from checks import survivors
from checks.fates import Fate, fates
from checks.figures import MutantFigures
from checks.mutating import Mutant, mutants, sample
from checks.solutions import Solution, solutions
from helpers.checks import PUBLIC_SEED

SAMPLE = 8
"""Mutants of an exercise in an ordinary run."""


def seeds_for(exercise: str, long: bool) -> list[int]:
    """Return the notebooks' own seed and one or four others, which differ from one to the next."""
    drawn = zlib.crc32(exercise.encode())
    return [PUBLIC_SEED, *(drawn + step for step in range(4 if long else 1))]


def test_every_function_has_a_solution_to_mutate() -> None:
    assert set(FUNCTIONS) <= set(solutions())


@pytest.mark.timeout(3600)  # with --long: of more than a hundred mutants, a few hang
@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_every_mutant_is_caught_or_explained(
    exercise: str, request: pytest.FixtureRequest, figures: list[dict[str, Any]]
) -> None:
    long = bool(request.config.getoption("--long"))
    solution, seeds = solutions()[exercise], seeds_for(exercise, long)
    every = mutants(solution.cell)
    known = survivors.explained(exercise)
    chosen = every if long else sample(every, SAMPLE, exercise)
    tried = [one for one in chosen if long or one.key not in known]
    cells = [solution.cell, *(one.code for one in tried), solution.cell]
    first, *others, last = fates(solution, cells, seeds)
    for own in (first, last):
        assert not own.caught, f"the solution itself is not accepted: {own.by}"
    judged = {one.key: fate for one, fate in zip(tried, others, strict=True)}
    figures.append(_figures(exercise, every, chosen, judged, known, len(seeds)).plain())
    told = [survivors.told(exercise, one) for one in chosen
            if one.key not in known and not judged[one.key].caught]  # fmt: skip
    if told:
        pytest.fail("\n".join([f"{len(told)} mutants survive", *told]), pytrace=False)
    if long:
        # A busy machine may let a harmless mutant run out of time: no reason to distrust its entry.
        slow = {key for key, fate in judged.items() if fate.by.startswith("timeout")}
        stale = [
            key for key in known if key not in slow and (key not in judged or judged[key].caught)
        ]
        assert not stale, f"explained, but gone or caught by now: {stale}"


def _figures(
    exercise: str,
    every: list[Mutant],
    chosen: list[Mutant],
    judged: dict[tuple[str, str, int], Fate],
    known: dict[tuple[str, str, int], str],
    seeds: int,
) -> MutantFigures:
    caught = [judged[one.key] for one in chosen if one.key in judged and judged[one.key].caught]
    left = [one for one in chosen if one.key not in judged or not judged[one.key].caught]
    told = [{"was": one.was, "now": one.now, "why": known.get(one.key, "")} for one in left]
    return MutantFigures(
        exercise,
        possible=len(every),
        tried=len(chosen),
        caught=len(caught),
        at_once=sum(one.seeds == 1 for one in caught),
        equivalent=[one for one in told if one["why"]],
        unexplained=[one for one in told if not one["why"]],
        seeds=seeds,
    )


def test_every_explanation_is_of_an_exercise_and_gives_a_reason() -> None:
    for path in survivors.FOLDER.glob("*.toml"):
        for entry in tomllib.loads(path.read_text("utf-8"))["equivalent"]:
            assert entry["exercise"] in FUNCTIONS
            assert entry["exercise"].partition(".")[0] == path.stem
            assert len(entry["why"]) > 10, entry


HANGS = "def accuracy(logits, labels):\n    while True:\n        pass\n"
EATS = "def accuracy(logits, labels):\n    import torch\n    return torch.empty(2**34)\n"
ENDS = "import os\ndef accuracy(logits, labels):\n    os._exit(0)\n"


@pytest.mark.parametrize(("cell", "by"), [(HANGS, "timeout timeout"), (EATS, "error raised"),
                                          (ENDS, "crash"), ("1 / 0", "cell: ZeroDivisionError")],
                         ids=["hangs", "eats", "ends", "stops"])  # fmt: skip
def test_a_mutant_that_hangs_eats_or_ends_is_caught(
    cell: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from helpers.checks import EXERCISES

    monkeypatch.setattr(type(EXERCISES["wall.accuracy"]), "time_limit", 1.0)
    solution = Solution("wall.accuracy", "", ())
    plain = "def accuracy(logits, labels):\n    return 2.0\n"
    found = fates(solution, [plain, cell, plain], [PUBLIC_SEED])
    assert found == [Fate(True, 1, "wrong always-the-same"), Fate(True, 1, by),
                     Fate(True, 1, "wrong always-the-same")]  # fmt: skip


CELL = '''
def double(values, plus=1):
    """Twice the values, plus one."""
    factor = 2
    ### BEGIN SOLUTION
    total = 0
    with quiet():
        for value in values[1:]:
            total += factor * value
    if total < 0:
        raise ValueError("too small")
    return sorted(total, key=None)
    ### END SOLUTION
'''


def test_mutants_are_single_changes_of_the_solution_alone() -> None:
    changes = {(one.was, one.now) for one in mutants(CELL)}
    assert {was for was, _ in changes if "factor = 2" in was or "Twice" in was} == set()
    assert {
        ("total += factor * value", "total -= factor * value"),
        ("total += factor * value", "total += factor / value"),
        ("for value in values[1:]:", "for value in values[2:]:"),
        ("if total < 0:", "if total <= 0:"),
        ("if total < 0:", "if not total < 0:"),
        ("raise ValueError('too small')", "pass"),
        ("return sorted(total, key=None)", "return total"),
        ("return sorted(total, key=None)", "return sorted(total)"),
        ("total = 0", "pass"),
    } <= changes
    assert not any("too small_" in now for _, now in changes)
    assert any(now == "for value in values[1:]:\n    total += factor * value"
               for _, now in changes)  # fmt: skip
    assert len({one.key for one in mutants(CELL)}) == len(mutants(CELL))


def test_an_explanation_that_is_printed_can_be_read_back() -> None:
    (mutant, *_) = (one for one in mutants(CELL) if "\n" in one.was)
    (read,) = tomllib.loads(survivors.entry("wall.accuracy", mutant))["equivalent"]
    assert (read["was"], read["now"], read["why"]) == (mutant.was, mutant.now, "")
