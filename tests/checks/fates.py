"""What becomes of mutants: judged in another process, which may hang, crash or eat memory."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from checks import answers
from checks.solutions import Solution
from helpers.checks import EXERCISES

MEMORY = 3 * 2**30
"""Bytes beyond what the tests have already: a mutated size must not fill the machine."""


@dataclass(frozen=True)
class Fate:
    """How it ended.

    Attributes:
        caught: whether any seed's verdict was not "correct".
        seeds: how many were tried; the last one caught it.
        by: the verdict and the finding that caught it.
    """

    caught: bool
    seeds: int
    by: str = ""


def fates(solution: Solution, cells: Sequence[str], seeds: Sequence[int]) -> list[Fate]:
    """Judge the answer in each cell, in place of the solution, with one seed after another.

    One process judges them all; whoever hangs or ends it is caught, and the next one judges on.
    """
    if not hasattr(os, "fork"):
        return [_judge(solution, cell, seeds) for cell in cells]
    found: list[Fate] = []
    while len(found) < len(cells):
        found += _until_one_ends(solution, cells[len(found) :], seeds)
    return found


def _until_one_ends(solution: Solution, cells: Sequence[str], seeds: Sequence[int]) -> list[Fate]:
    """Judge in a process of its own: all cells, or up to the one that was its end."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside xdist's thread
        child = os.fork()
    if child == 0:
        _in_the_child(write, solution, cells, seeds)
    os.close(write)
    patience = answers.PATIENCE * EXERCISES[solution.exercise].time_limit * len(seeds) + 30
    try:
        found = list(_said(read, len(cells), patience))
    finally:
        os.close(read)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return found if len(found) == len(cells) else [*found, Fate(True, 1, "crash")]


def _in_the_child(
    write: int, solution: Solution, cells: Sequence[str], seeds: Sequence[int]
) -> None:
    """Judge, say what came out, and end without a word more: the parent's tests are not ours."""
    try:
        _limit_memory()
        for cell in cells:
            os.write(write, json.dumps(asdict(_judge(solution, cell, seeds))).encode() + b"\n")
    finally:
        os._exit(0)


def _judge(solution: Solution, cell: str, seeds: Sequence[int]) -> Fate:
    exercise = EXERCISES[solution.exercise]
    try:
        answer = solution.answer(cell)
    except Exception as error:  # the cell itself stops: a learner would see that at once
        return Fate(True, 1, f"cell: {type(error).__name__}")
    patience = answers.PATIENCE if cell == solution.cell else 1  # mutants hang; solutions do not
    for number, seed in enumerate(seeds, start=1):
        judged = answers.judged(exercise, answer, seed, patience)
        if judged.verdict.name != "correct":
            return Fate(True, number, " ".join([judged.verdict.name, *judged.codes[:1]]))
    return Fate(False, len(seeds))


def _limit_memory() -> None:
    import resource  # not on Windows, where nothing forks

    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _said(read: int, count: int, patience: float) -> Iterator[Fate]:
    """Yield what the child says of each mutant; stop where it says nothing more in time."""
    said = b""
    for _ in range(count):
        until = time.monotonic() + patience
        while b"\n" not in said:
            ready, _, _ = select.select([read], [], [], max(0.0, until - time.monotonic()))
            part = os.read(read, 65536) if ready else b""
            if not part:
                return
            said += part
        line, _, said = said.partition(b"\n")
        yield Fate(**json.loads(line))
