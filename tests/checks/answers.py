"""The answers in tests/wrong_answers: where they are, what they deserve, what they get."""

from __future__ import annotations

import importlib.util
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.checks import EXERCISES, PUBLIC_SEED, Exercise, Verdict
from helpers.checks.evidence import from_bytes, to_bytes
from helpers.checks.run import collect, judge_evidence

FOLDER = Path(__file__).parents[1] / "wrong_answers"
FILES = sorted(FOLDER.rglob("*.py"))
RIGHT = [path for path in FILES if path.stem.startswith("right_")]
WRONG = [path for path in FILES if not path.stem.startswith("right_")]
COMBINED = [path for path in WRONG if "+" in path.stem]

#: Mistakes that every exercise can name, because `value_findings` finds them.
COMMON = {"wrong-dtype", "wrong-type", "not-finite"}
WRONG_SEEDS, RIGHT_SEEDS = 50, 200
#: How long is measured, never judged: a busy machine must not make a right answer wrong.
PATIENCE = 6.0


@dataclass(frozen=True)
class Judged:
    """A verdict, and how long a learner would have waited for it."""

    verdict: Verdict
    seconds: float
    cpu_seconds: float

    @property
    def codes(self) -> list[str]:
        """The findings, in order."""
        return [finding.code for finding in self.verdict.findings]


def label(path: Path) -> str:
    """Return the name of a test: `decay/sweep/ties-to-weaker`."""
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def exercise_of(path: Path) -> Exercise:
    """Return the exercise that a file answers, by its folders."""
    lesson, name, _ = path.relative_to(FOLDER).parts
    return EXERCISES[f"{lesson}.{name}"]


def deserved(path: Path) -> list[str]:
    """Return the findings a file must get first: one, or two where two mistakes are combined."""
    return [] if path in RIGHT else path.stem.partition("--")[0].split("+")


def answer_of(path: Path) -> Callable[..., Any]:
    """Import a file and return the answer in it."""
    spec = importlib.util.spec_from_file_location("answer", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    answer: Callable[..., Any] = getattr(module, exercise_of(path).name)
    return answer


def judged(
    exercise: Exercise, answer: Callable[..., Any], seed: int, patience: float = PATIENCE
) -> Judged:
    """Check an answer as a notebook does, up to the card; `patience` times as long."""
    started, cpu_started = time.perf_counter(), time.process_time()
    limit = patience * exercise.time_limit
    evidence = from_bytes(to_bytes(collect(exercise, answer, seed, limit)))
    verdict = judge_evidence(exercise, evidence, seed)
    return Judged(verdict, time.perf_counter() - started, time.process_time() - cpu_started)


def seeds(path: Path, long: bool, share: float = 1.0) -> list[int]:
    """Return the seeds to try: the notebooks' own, and others that differ from file to file.

    A sample that is drawn from the name stays the same from run to run, yet all files together try
    hundreds of seeds.
    """
    if long:
        count = round(share * (RIGHT_SEEDS if path in RIGHT else WRONG_SEEDS))
        return [PUBLIC_SEED, *range(count - 1)]
    drawn = zlib.crc32(label(path).encode())
    return [PUBLIC_SEED, drawn % RIGHT_SEEDS, (drawn + 1) * 10**9]
