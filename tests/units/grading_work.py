"""Work for real worker processes that are to be killed, to hang, or to fail."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.errors import CourseError
from helpers.grading.core import Package, Record, Result


def work(package: bytes, settings: Mapping[str, Any]) -> str:
    """Do what the package says, note each try, and send the package back."""
    said = package.decode()
    with (Path(settings["folder"]) / "tries").open("a") as file:
        file.write(f"{said}\n")
    what = said.partition(" ")[0]
    if what == "die" or (what == "die-once" and _first(settings, said)):
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "hang" or (what == "hang-once" and _first(settings, said)):
        time.sleep(600)
    if what == "fail":
        raise CourseError("the sandbox does not work")
    if what == "bug":
        raise KeyError("probe")
    if what == "slow":
        time.sleep(0.3)
    return said


def _first(settings: Mapping[str, Any], said: str) -> bool:
    try:
        (Path(settings["folder"]) / said.replace(" ", "-")).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def judge_by_name(package: bytes, settings: Mapping[str, Any]) -> str:
    """Answer as `grade_one` would, at once: all wrong, or what the student's name asks for."""
    found = Package.from_bytes(package)
    who = found.student.partition("-")[0]
    if who == "kills":
        os.kill(os.getpid(), signal.SIGKILL)
    if who == "breaks":
        raise CourseError("the sandbox died twice")
    verdict = "correct" if who == "right" else "wrong"
    results = tuple(
        Result(
            item.grade_id,
            item.exercise,
            item.verdict or verdict,
            0.0 if item.verdict or verdict == "wrong" else item.points,
            item.points,
            cause=item.cause,
        )
        for item in found.items
    )
    student = "somebody-else" if who == "mixed" else found.student
    return Record(
        found.key, student, found.lesson, results, found.manual, notes=found.notes, sandbox="test"
    ).to_json()


def no_sandbox_here(settings: Mapping[str, Any]) -> str:
    """Say that this machine cannot grade."""
    raise CourseError("bubblewrap is not installed")


def all_well(settings: Mapping[str, Any]) -> str:
    """Say that this machine can grade."""
    return "test"
