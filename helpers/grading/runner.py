"""What happens in the room, in the process of one item: its cells, then the probe.

The room holds the learner's code and nothing that says what is right; the seed comes when the
cells are done. What goes out is evidence, for a judge outside who believes none of it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from helpers.checks import EXERCISES
from helpers.checks.core import Evidence, Exercise
from helpers.checks.evidence import BadEvidence, to_bytes
from helpers.checks.run import collect
from helpers.grading.forgetting import forget_answers, kept_functions
from helpers.grading.library import Watch
from helpers.grading.shell import Shell, error_line, open_shell

#: For a template, in this order: what a cell of the lessons or the shell would import slowly. The
#: last one prepares the process; it is for templates alone.
PRELOAD: tuple[str, ...] = (
    "torch", "torch.utils.data", "torch.optim.lr_scheduler", "torchvision",
    "torchvision.transforms.v2", "numpy", "PIL.Image", "matplotlib.pyplot", "asyncio",
    "helpers.data", "helpers.models", "helpers.training", "helpers.plots", "helpers.explore",
    "helpers.checks", "helpers.grading.runner", "IPython.core.application",
    "IPython.core.completerlib", "IPython.core.crashhandler", "IPython.core.logger",
    "IPython.core.magics.execution", "IPython.core.magics.osm", "IPython.core.magics.pylab",
    "IPython.core.oinspect", "IPython.utils.timing", "bdb", "resource", "helpers.grading.prepared",
)  # fmt: skip

Sources = Sequence[Mapping[str, str]]


def run_job(
    job: Mapping[str, Any],
    read_seed: Callable[[], int],
    send_evidence: Callable[[bytes, dict[str, Any]], None],
) -> None:
    """Run one item; to be called once, in the main thread of a process of its own.

    Args:
        job: `core.Job` as a dict, without its seed.
        read_seed: gives the seed; called after the cells have run.
        send_evidence: takes the evidence, and {"problem": the last error of the cells,
            "own_seconds": processor time of cells and probe}.

    Raises:
        KeyError: there is no such exercise.
    """
    forget_answers()
    exercise = EXERCISES[job["exercise"]]
    os.environ["MPLBACKEND"] = "agg"
    shell = open_shell()
    names = _names(job["sources"])
    watch = Watch(exercise.own_versions, _lessons(job["sources"], names).__contains__)
    watch.guard(kept_functions())
    started = time.process_time()
    problem = _run_sources(shell, job["sources"], names)
    evidence = _examine(shell, watch, exercise, str(job["answer"]), read_seed)
    own_seconds = time.process_time() - started
    evidence |= {"library": list(watch.called), "own_seconds": own_seconds}
    send_evidence(_as_bytes(exercise, evidence), {"problem": problem, "own_seconds": own_seconds})


def _names(sources: Sources) -> list[str]:
    """What tracebacks call each source: its cell's id, and a number that makes it the only one."""
    return [
        f"<{re.sub(r'[^A-Za-z0-9_-]+', '-', str(source['name']))[:80]} {number}>"
        for number, source in enumerate(sources, start=1)
    ]


def _lessons(sources: Sources, names: Sequence[str]) -> set[str]:
    """Those of the names that stand for code of the lesson's author."""
    pairs = zip(sources, names, strict=True)
    return {name for source, name in pairs if source["origin"] == "master"}


def _run_sources(shell: Shell, sources: Sources, names: Sequence[str]) -> str:
    """Run everything, as a notebook does that goes on after errors; return the last error."""
    problem = ""
    for source, name in zip(sources, names, strict=True):
        problem = shell.run(str(source["text"]), name) or problem
    return problem


def _examine(
    shell: Shell, watch: Watch, exercise: Exercise, expression: str, read_seed: Callable[[], int]
) -> Evidence:
    """Find the answer and probe it, as the cell of the check would."""
    with shell.builtin_trap:
        try:
            answer = eval(compile(expression, "<answer>", "eval"), shell.user_ns)
        except BaseException as error:  # even SystemExit: an expression may call anything
            read_seed()
            return nothing(exercise, problem=error_line(error), missing=expression[:200])
        seed = read_seed()
        watch.watching = True
        try:
            return collect(exercise, answer, seed)
        except BaseException as error:  # an object that fights the probe
            return nothing(exercise, problem=error_line(error))
        finally:
            watch.watching = False


def nothing(exercise: Exercise, problem: str, **more: str) -> Evidence:
    """Evidence that there is no evidence, in the form of `checks.run.collect`."""
    return {
        "exercise": exercise.id,
        "probe": None,
        "timed_out": None,
        "printed": "",
        "printed_length": 0,
        "warnings": [],
        "problem": problem,
        **more,
    }


def _as_bytes(exercise: Exercise, evidence: Evidence) -> bytes:
    try:
        return to_bytes(evidence)
    except BadEvidence as error:  # the whole is larger than the probe alone
        return to_bytes(nothing(exercise, problem=str(error)))
