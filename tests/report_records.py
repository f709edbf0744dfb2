"""Records for the tests of the reports: the real judge on real wrong answers, and hostile ones."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from helpers.checks import EXERCISES
from helpers.checks.run import collect, judge_evidence
from helpers.grading.core import Manual, Record, Result
from helpers.grading.records import Records, Standing

WRONG = Path(__file__).parent / "wrong_answers"
SEED = 41
LESSONS: Mapping[str, tuple[str, ...]] = {
    "00_the_wall": ("accuracy", "evaluate", "seed_everything", "class_weights"),
    "02_selective_unfreezing": (
        "layer_names", "set_trainable", "trainable_optimizer", "freeze_batchnorm",
    ),
}  # fmt: skip
PREFIX = {"00_the_wall": "wall", "02_selective_unfreezing": "unfreeze"}
TITLES = {"00_the_wall": "00 · The wall", "02_selective_unfreezing": "02 · Selective unfreezing"}
POINTS = (2.0, 4.0, 2.0, 3.0)
STARTED = "def {name}(*arguments):\n    return ...\n"
CUT_OFF = {
    "timeout": "stopped after 60 seconds",
    "memory": "stopped at 1,500 MB",
    "output": "stopped after printing 200,000 bytes",
    "crash": "ended by signal 11 (segmentation fault)",
    "missing": "the check's cell is not in the notebook",
}


def answers_to(exercise: str) -> list[Path]:
    """Return the files with right and wrong answers to an exercise, in a fixed order."""
    lesson, _, name = exercise.partition(".")
    return sorted((WRONG / lesson / name).glob("*.py"))


@cache
def judged(path: Path) -> Result:
    """Let the real judge look at an answer."""
    exercise = EXERCISES[f"{path.parent.parent.name}.{path.parent.name}"]
    spec = importlib.util.spec_from_file_location("answer", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    answer: Callable[..., Any] = getattr(module, exercise.name)
    verdict = judge_evidence(exercise, collect(exercise, answer, SEED), SEED)
    return Result(
        f"{path.parent.parent.name}-{exercise.name}",
        exercise.id,
        verdict.name,
        2.0 if verdict.name == "correct" else 0.0,
        2.0,
        tuple(asdict(finding) for finding in verdict.findings),
        verdict.note,
    )


def item(exercise: str, path: Path | None, points: float, verdict: str = "") -> Result:
    """Return a result: of the answer in a file, else of `verdict` with what the engine says."""
    grade_id = exercise.replace(".", "-", 1)
    if path is None:
        cause = CUT_OFF.get(verdict, "")
        return Result(grade_id, exercise, verdict, 0.0, points, cause=cause)
    result = judged(path)
    return replace(result, points=points * (result.verdict == "correct"), max_points=points)


def record(student: str, lesson: str, rng: np.random.Generator, skill: float) -> Record:
    """Return what grading one made-up learner came to; `skill` is the share they get right."""
    results, answers = [], {}
    for name, points in zip(LESSONS[lesson], POINTS, strict=True):
        exercise = f"{PREFIX[lesson]}.{name}"
        path, verdict = _chosen(exercise, rng, skill)
        result = item(exercise, path, points, verdict)
        own = float(rng.lognormal(-1.5, 0.8))
        results.append(_measured(result, own))
        text = path.read_text() if path else STARTED.format(name=name)
        if verdict != "missing":
            answers[result.grade_id] = text
    changed = bool(rng.random() < 0.5 + skill / 2)
    words = (
        "I froze the statistics because …\n\nAugmentation gave me two points." if changed else ""
    )
    manual = Manual(f"{PREFIX[lesson]}-reflection", 2.0, words, changed)
    notes = ("a test cell had been changed: the master's was used",) if rng.random() < 0.1 else ()
    at = "2026-03-02T17:20:05+00:00"
    key = hashlib.sha256(f"{student} {lesson}".encode()).hexdigest()
    holds = "bubblewrap, cgroups"
    return Record(key, student, lesson, tuple(results), (manual,), answers, notes, holds, at, 4.0)


def _chosen(exercise: str, rng: np.random.Generator, skill: float) -> tuple[Path | None, str]:
    """A right answer, one of the wrong ones (some are common, some rare), or none at all."""
    files = answers_to(exercise)
    wrong = [path for path in files if not path.stem.startswith("right_")]
    right = [path for path in files if path.stem.startswith("right_")]
    luck = rng.random()
    if luck < skill:
        return right[int(rng.integers(len(right)))], ""
    if luck > 0.97:
        return None, str(rng.choice(list(CUT_OFF)))
    if luck > 0.9:
        return None, "not-started"
    return wrong[min(int(rng.exponential(2.0)), len(wrong) - 1)], ""


def _measured(result: Result, own: float) -> Result:
    seconds = 60.0 if result.verdict == "timeout" else own + 0.2
    peak = 1500.0 if result.verdict == "memory" else 40 + 300 * math.tanh(own)
    return replace(
        result, seconds=seconds, cpu_seconds=seconds * 0.9, own_seconds=own, peak_mb=peak
    )


def a_class(learners: int, seed: int = 5) -> Iterator[Record]:
    """Yield the records of a class, by lesson and student."""
    for lesson in LESSONS:
        rng = np.random.default_rng([seed, *lesson.encode()])
        for index in range(learners):
            skill = float(np.clip(rng.beta(4, 2), 0, 1))
            yield record(f"student{index:04}", lesson, rng, skill)


def keep(folder: Path, records: Iterable[Record], refused: bool = True) -> None:
    """Make a class and put records into it as the engine does; two submissions are refused."""
    folder.mkdir(parents=True, exist_ok=True)
    config = (
        "c = get_config()\n"
        f"c.CourseDirectory.db_url = {'sqlite:///' + (folder / 'gradebook.db').as_posix()!r}\n"
    )
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    for lesson, title in TITLES.items():
        place = folder / "release" / lesson
        place.mkdir(parents=True)
        cells = [{"cell_type": "markdown", "source": [f"# {title}\n", "\n", "Welcome."]}]
        (place / f"{lesson}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    store = Records(folder)
    for one in records:
        store.save(one)
        store.settle(Standing(one.student, one.lesson, one.key, one.graded_at))
    if refused:
        for student, why in (("zed", "the notebook is not JSON"), ("yan", "there is no notebook")):
            store.settle(Standing(student, "00_the_wall", "", "2026-03-02T17:20:05+00:00", why))
