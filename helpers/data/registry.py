"""Choosing a data set by name."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from pathlib import Path

from helpers.data.flora.splits import herbarium
from helpers.data.oxford import flowers102
from helpers.data.photographs import image_folder
from helpers.data.pictures import PictureSet
from helpers.errors import CourseError

DATA_VARIABLE = "COURSE_DATA"
NAMES: dict[str, Callable[[], PictureSet]] = {"herbarium": herbarium, "flowers102": flowers102}


def load(name: str | Path | None = None) -> PictureSet:
    """Load the data set that a lesson works on.

    Args:
        name: "herbarium", "flowers102" or a folder of photographs. None takes the environment
            variable COURSE_DATA, and the herbarium where that is not set.

    Raises:
        CourseError: there is no such data set or folder.
    """
    if not isinstance(name, str | Path | None):
        raise CourseError(
            f"{type(name).__name__} is not the name of a data set: give the name or the folder of "
            "one, such as 'herbarium'."
        )
    chosen = str(name or os.environ.get(DATA_VARIABLE) or "herbarium")
    if chosen.lower() in NAMES:
        return NAMES[chosen.lower()]()
    if Path(chosen).expanduser().is_dir() or _looks_like_a_path(chosen):
        return image_folder(chosen)
    close = difflib.get_close_matches(chosen.lower(), NAMES, n=1)
    guess = f" Did you mean {close[0]!r}?" if close else ""
    known = ", ".join(sorted(NAMES))
    raise CourseError(
        f"There is no data set {chosen!r}: choose {known} or a folder of photographs.{guess}"
    )


def _looks_like_a_path(name: str) -> bool:
    return any(mark in name for mark in ("/", "\\", "~")) or name.startswith(".")
