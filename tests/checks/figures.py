"""What the tests of the checks measured: plain data, which travels from worker to worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class AnswerFigures:
    """One file of tests/wrong_answers under some seeds.

    Attributes:
        name: of the file, `decay/sweep/ties-to-weaker`.
        exercise: its id.
        right: whether it must be accepted.
        mistakes: how many it combines; 0 in a right answer.
        seeds: how many were tried.
        missed: with how many of them the verdict was not the one it deserves.
        seconds: that each check took, by the clock.
        cpu_seconds: that the processor spent on it.
    """

    name: str
    exercise: str
    right: bool
    mistakes: int
    seeds: int
    missed: int
    seconds: list[float]
    cpu_seconds: list[float]

    def plain(self) -> dict[str, Any]:
        """Return it as data that pytest-xdist can send."""
        return {"kind": "answer", **asdict(self)}


@dataclass(frozen=True)
class MutantFigures:
    """The mutants of one exercise's solution.

    Attributes:
        exercise: its id.
        possible: how many mutants there are.
        tried: how many were judged, or are explained.
        caught: how many were told to be wrong.
        at_once: how many of those by the first seed, the notebooks' own.
        equivalent: the survivors that are explained: `was`, `now` and `why` of each.
        unexplained: the others: `was` and `now` of each.
        seeds: how many were tried with each.
    """

    exercise: str
    possible: int
    tried: int
    caught: int
    at_once: int
    equivalent: list[dict[str, str]]
    unexplained: list[dict[str, str]]
    seeds: int

    def plain(self) -> dict[str, Any]:
        """Return it as data that pytest-xdist can send."""
        return {"kind": "mutants", **asdict(self)}


def read(lines: list[dict[str, Any]]) -> tuple[list[AnswerFigures], list[MutantFigures]]:
    """Return what `plain` made data of, as objects again, in order of their names."""
    answers = [AnswerFigures(**_rest(line)) for line in lines if line["kind"] == "answer"]
    mutants = [MutantFigures(**_rest(line)) for line in lines if line["kind"] == "mutants"]
    return sorted(answers, key=lambda one: one.name), sorted(mutants, key=lambda one: one.exercise)


def _rest(line: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != "kind"}
