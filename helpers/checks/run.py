"""Run one check: probe under a time limit, judge, show the card."""

import io
import os
import random
import signal
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from types import FrameType
from typing import Any

import numpy as np
import torch

from helpers.checks import card
from helpers.checks.core import (
    PUBLIC_SEED,
    Answer,
    CheckFailed,
    Evidence,
    Exercise,
    Finding,
    Verdict,
)
from helpers.checks.evidence import BadEvidence, from_bytes, to_bytes, validate_evidence
from helpers.checks.observe import OutOfTime

MAX_PRINTED = 200_000
KEEP_PRINTED = 2_000
KEEP_WARNINGS = 5
_VERDICTS = {
    "not-started": "not-started",
    "raised": "error",
    "timeout": "timeout",
    "printed-too-much": "output",
    "broken-evidence": "unreadable",
}


def check_exercise(
    exercise: Exercise,
    answer: Answer,
    seed: int = PUBLIC_SEED,
    others: Iterable[Exercise] = (),
) -> None:
    """Check `answer`, show the card, and raise `CheckFailed` unless it is correct.

    Args:
        exercise: to check it for.
        answer: the learner's.
        seed: draws the inputs.
        others: exercises whose answer this might be instead.
    """
    evidence = from_bytes(to_bytes(collect(exercise, answer, seed)))
    verdict = judge_evidence(exercise, evidence, seed)
    if verdict.name != "correct" and (other := _answer_to_another(exercise, answer, others)):
        verdict = Verdict("wrong", (other,))
    card.show(exercise, verdict, evidence)
    if verdict.name != "correct":
        raise CheckFailed(card.headline(exercise, verdict))
    if card.in_kernel() and verdict.scored:
        _note_passed(exercise)


def _answer_to_another(
    exercise: Exercise, answer: Answer, others: Iterable[Exercise]
) -> Finding | None:
    """What to say where the wrong function was handed over; a right one may have any name."""
    given = getattr(answer, "__name__", "")
    for other in others:
        if given == other.name != exercise.name:
            return Finding(
                "another-answer",
                "This check was given the answer to another exercise.",
                f"the answer to {exercise.id}",
                f"{given}, the answer to {other.id}",
                "the line that calls the check: which name stands in its brackets?",
            )
    return None


def _note_passed(exercise: Exercise) -> None:
    """Put it in the learner's logbook, for the course map; an answer is right without that too."""
    from helpers.training.logbook import Logbook  # checks are imported where no one trains

    with suppress(Exception):
        Logbook.open().note_passed(exercise.id)


def collect(
    exercise: Exercise, answer: Answer, seed: int, time_limit: float | None = None
) -> Evidence:
    """Run the probe and return all there is to know, as plain data.

    Returns:
        `exercise` (id), `probe` (what the probe returned, None if it was cut off), `timed_out`
        (seconds, or None), `printed` (the beginning), `printed_length`, `warnings`, `problem`.
    """
    limit = exercise.time_limit if time_limit is None else time_limit
    printed = BoundedText(KEEP_PRINTED)
    probe: Evidence | None = None
    timed_out: float | None = None
    problem = ""
    with _state_restored(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        torch.set_num_threads(1)  # tiny tensors: on busy cores a second thread costs 30 times more
        with redirect_stdout(printed), redirect_stderr(printed):
            try:
                with _time_limit(limit):
                    probe = validate_evidence(exercise.probe(answer, seed))
            except OutOfTime:
                timed_out = float(limit)
            except BadEvidence as error:
                problem = str(error)[:400]
    return {
        "exercise": exercise.id,
        "probe": probe,
        "timed_out": timed_out,
        "printed": printed.beginning,
        "printed_length": min(printed.length, 2**62),
        "warnings": [_warning_text(warning) for warning in caught[:KEEP_WARNINGS]],
        "problem": problem,
    }


def judge_evidence(exercise: Exercise, evidence: Evidence, seed: int) -> Verdict:
    """Judge what `collect` returned; evidence that makes no sense is a verdict, not an error."""
    note, scored = "", True
    try:
        with _state_restored(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.set_num_threads(1)
            findings = _findings(exercise, evidence, seed)
            if not findings:
                note = exercise.note(evidence["probe"], seed)
                scored = exercise.scored(evidence["probe"], seed)
    except Exception as error:  # evidence may come from a hostile process
        findings = [_broken(f"{type(error).__name__}: {error}"[:200])]
    if not findings:
        return Verdict("correct", note=note, scored=scored)
    return Verdict(_VERDICTS.get(findings[0].code, "wrong"), tuple(findings))


def _findings(exercise: Exercise, evidence: Evidence, seed: int) -> list[Finding]:
    if evidence["timed_out"] is not None:
        return [_timeout(exercise, float(evidence["timed_out"]))]
    if not isinstance(evidence["probe"], dict):
        return [_broken(str(evidence["problem"]))]
    findings = exercise.judge(evidence["probe"], seed)
    if int(evidence["printed_length"]) > MAX_PRINTED:
        findings = [*findings, _too_much(int(evidence["printed_length"]))]
    return findings


def _timeout(exercise: Exercise, seconds: float) -> Finding:
    return Finding(
        "timeout",
        f"{exercise.name} did not come back within {seconds:g} seconds, so the check stopped it.",
        f"a result within {seconds:g} seconds (a good answer needs far less than one)",
        "still running",
        "your loops: what makes each of them end?",
    )


def _too_much(length: int) -> Finding:
    return Finding(
        "printed-too-much",
        "Your function prints far too much.",
        f"at most {MAX_PRINTED:,} characters in one check",
        f"{length:,} characters",
        "any print left over inside a loop",
    )


def _broken(problem: str) -> Finding:
    return Finding(
        "broken-evidence",
        "The check could not make sense of what your function did.",
        got=problem,
        look_again="restart the kernel, run all cells again, and try once more",
    )


def _warning_text(caught: warnings.WarningMessage) -> str:
    try:
        message = " ".join(str(caught.message)[:1000].split())
    except Exception:
        message = "a warning that cannot be shown"
    text = f"{caught.category.__name__}: {message}"[:300]
    return text.encode("utf-8", "replace").decode()


class BoundedText(io.TextIOBase):
    """A stream that keeps the beginning and only counts the rest."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._kept: list[str] = []
        self._room = keep
        self.length = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.length += len(text)
        if self._room > 0:
            part = text[: self._room]
            self._kept.append(part)
            self._room -= len(part)
        return len(text)

    @property
    def beginning(self) -> str:
        return "".join(self._kept).encode("utf-8", "replace").decode()


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` inside the block when the time is up.

    With POSIX signals in the main thread this interrupts sleeping too. Elsewhere a timer thread
    asks the interpreter to raise, which takes effect at the next Python instruction.
    """
    posix = hasattr(signal, "setitimer")
    if posix and threading.current_thread() is threading.main_thread():
        with _alarm(seconds):
            yield
    else:
        with _asynchronous(seconds):
            yield


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    armed = True

    def ring(signum: int, frame: FrameType | None) -> None:
        if armed:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    # It rings again: an answer's bare `except:` may swallow the first one.
    outer = signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
    started = time.monotonic()
    try:
        yield
    finally:
        while armed or signal.getitimer(signal.ITIMER_REAL)[0]:
            try:  # it may ring just here
                signal.setitimer(signal.ITIMER_REAL, 0)
                armed = False
            except OutOfTime:
                continue
        signal.signal(signal.SIGALRM, before)
        if outer[0]:
            left = outer[0] - (time.monotonic() - started)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001), outer[1])


@contextmanager
def _asynchronous(seconds: float) -> Iterator[None]:
    import ctypes

    thread = ctypes.c_ulong(threading.get_ident())
    interrupt = ctypes.pythonapi.PyThreadState_SetAsyncExc
    lock = threading.Lock()
    armed = True

    def ring() -> None:
        with lock:
            if armed:
                interrupt(thread, ctypes.py_object(OutOfTime))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            armed = False
            interrupt(thread, None)  # one that is on its way comes too late
        timer.cancel()


@contextmanager
def _state_restored() -> Iterator[None]:
    """Leave the interpreter as it was: an answer may seed, switch gradients off, set threads."""
    python, numpy, cpu = random.getstate(), np.random.get_state(), torch.get_rng_state()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    grad, dtype, threads = (
        torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads(),
    )  # fmt: skip
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    cudnn: Any = torch.backends.cudnn
    flags = (cudnn.deterministic, cudnn.benchmark)
    environment = dict(os.environ)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_rng_state(cpu)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        torch.set_grad_enabled(grad)
        torch.set_default_dtype(dtype)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        if torch.are_deterministic_algorithms_enabled() != deterministic:
            # Only when needed: the first call imports a compiler, which takes seconds.
            torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
        cudnn.deterministic, cudnn.benchmark = flags
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
