"""Grade one submission: execute it in a sandbox, judge outside. Runs in a worker process.

Bytes in, JSON out; nothing of the class is read here, and nothing written. What was handed in is
touched by the sandbox alone.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from typing import Any

from helpers.errors import CourseError
from helpers.grading.core import (
    Item,
    Job,
    Limits,
    Outcome,
    Package,
    Record,
    Result,
    Sandbox,
    seed_of,
)
from helpers.grading.records import sources_identity
from helpers.grading.sandbox.client import BubblewrapSandbox, Settings, open_sandbox

# A judge restores the interpreter's state behind it: not two at a time in one process.
_JUDGING = threading.Lock()


def settings_for(
    limits: Limits, no_sandbox: bool, keep_away: tuple[str, ...] = (), sources: str = ""
) -> dict[str, Any]:
    """Return what `grade_one` needs besides the package, as plain data.

    Args:
        limits: of every submission.
        no_sandbox: run submissions as this user; for people who know what they do.
        keep_away: folders of this machine that no submission may see.
        sources: identity of the engine's copy of the checks, which a worker's must have; "" for
            workers that share it.
    """
    return {
        "limits": asdict(limits),
        "no_sandbox": no_sandbox,
        "sources": sources,
        "keep_away": keep_away,
    }


def ready(settings: Mapping[str, Any]) -> str:
    """Return what keeps submissions in on this machine, and let the sandbox begin to import.

    Raises:
        CourseError: it cannot grade: there is no sandbox, or another version of the course.
    """
    _same_sources(str(settings["sources"]))
    sandbox = _sandbox(bool(settings["no_sandbox"]), tuple(settings["keep_away"]))
    if isinstance(sandbox, BubblewrapSandbox):
        sandbox.template.start()
    return sandbox.holds


def grade_one(package: bytes, settings: Mapping[str, Any]) -> str:
    """Grade one submission.

    Args:
        package: a `Package`, as bytes.
        settings: from `settings_for`.

    Returns:
        A `Record` as JSON, without answers and date, which the engine adds.

    Raises:
        CourseError: this worker cannot grade; nothing is known about the submission.
    """
    _same_sources(str(settings["sources"]))
    found = Package.from_bytes(package)
    limits = Limits(**settings["limits"])
    sandbox = _sandbox(bool(settings["no_sandbox"]), tuple(settings["keep_away"]))
    started = time.monotonic()
    results = tuple(_results(found, sandbox, limits))
    return Record(
        key=found.key,
        student=found.student,
        lesson=found.lesson,
        results=results,
        manual=found.manual,
        notes=found.notes,
        sandbox=sandbox.holds,
        seconds=time.monotonic() - started,
    ).to_json()


def _results(package: Package, sandbox: Sandbox, limits: Limits) -> Iterator[Result]:
    """Yield a result for each item, judging each while the next one runs."""
    from helpers.grading.judging import not_executed  # with torch, which the engine does without

    to_run = [item for item in package.items if not item.verdict]
    jobs = [
        Job(item.exercise, item.answer, item.sources, seed_of(package.seed, item.exercise))
        for item in to_run
    ]
    outcomes = sandbox.run(jobs, package.files, limits) if jobs else iter(())
    with closing(_generator(outcomes)) as coming:
        for item in package.items:
            if item.verdict:
                yield not_executed(item)
                continue
            outcome = next(coming, None)
            if outcome is None:
                raise CourseError("the sandbox stopped in the middle of a submission: try again")
            yield _judged(item, outcome, package)


def _generator(outcomes: Iterator[Outcome]) -> Any:
    yield from outcomes  # so that it can be closed, whatever kind of iterator it is


def _judged(item: Item, outcome: Outcome, package: Package) -> Result:
    from helpers.grading.judging import exercise_for, judge

    exercise = exercise_for(item.exercise, package.secret)
    with _JUDGING:
        return judge(item, outcome, seed_of(package.seed, item.exercise), exercise)


@functools.lru_cache(maxsize=4)
def _sandbox(no_sandbox: bool, keep_away: tuple[str, ...]) -> Sandbox:
    """Open this process's sandbox; it is closed with the process."""
    return open_sandbox(no_sandbox, Settings(keep_away=keep_away))


@functools.lru_cache(maxsize=1)
def _same_sources(wanted: str) -> None:
    if wanted and sources_identity() != wanted:
        raise CourseError(
            "a worker has another version of the course than this machine: "
            "install the same one there"
        )
