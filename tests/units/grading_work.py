"""Work for real worker processes that are to be killed, to hang, or to fail."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.errors import CourseError


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
