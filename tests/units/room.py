"""Run items as the room does: each in a fork of this process, for the tests of the runner."""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from helpers.grading import runner
from helpers.grading.core import Item, Outcome, Result, Source
from helpers.grading.judging import exercise_for, judge

GENEROUS = 120.0  # seconds
SEED = 5_000_000_019


def preloaded() -> None:
    """Import what a template imports, so that forks are quick; this process stays able to judge."""
    for name in runner.PRELOAD[:-1]:
        importlib.import_module(name)


def forked(work: Callable[[Callable[[bytes], object]], None]) -> bytes:
    """Do `work` in a fork; return what it gave to the function it gets."""
    preloaded()
    sys.stdout.flush()
    outlet, inlet = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(outlet)
        try:
            with os.fdopen(inlet, "wb") as pipe:
                work(pipe.write)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(0)
    os.close(inlet)
    return _read_all(outlet, pid)


def _read_all(outlet: int, pid: int) -> bytes:
    said, end = b"", time.monotonic() + GENEROUS
    with os.fdopen(outlet, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
            part = pipe.read(65536)
            if not part:
                break
            said += part
    os.kill(pid, signal.SIGKILL)  # it has said all, or is over the time
    os.waitpid(pid, 0)
    return said


def outcome_of(
    exercise: str, sources: Sequence[Source], answer: str = "", seed: int = SEED
) -> Outcome:
    """Run one item; an empty outcome "crash" where it died."""
    answer = answer or exercise.partition(".")[2]
    job = {
        "exercise": exercise,
        "answer": answer,
        "sources": [{"text": s.text, "origin": s.origin, "name": s.name} for s in sources],
    }

    def work(say: Callable[[bytes], object]) -> None:
        def send(evidence: bytes, more: dict[str, Any]) -> None:
            say(json.dumps(more).encode() + b"\n" + evidence)

        runner.run_job(job, lambda: seed, send)

    head, _, evidence = forked(work).partition(b"\n")
    if not head:
        return Outcome("crash")
    more = json.loads(head)
    return Outcome("evidence", evidence, problem=more["problem"], own_seconds=more["own_seconds"])


def graded(
    exercise: str, *texts: str | Source, answer: str = "", seed: int = SEED, secret: str = ""
) -> Result:
    """Run cells of a learner as one item and judge what comes out; worth 2 points."""
    sources = [
        text if isinstance(text, Source) else Source(text, "answer", f"cell-{number}")
        for number, text in enumerate(texts)
    ]
    outcome = outcome_of(exercise, sources, answer, seed)
    item = Item(exercise.replace(".", "-"), exercise, 2.0)
    return judge(item, outcome, seed, exercise_for(exercise, secret))
