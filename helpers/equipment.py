"""What the tests need of the machine: a browser, a sandbox, a database server.

On Debian, for root, what is missing is installed. Elsewhere the tests that need it are skipped, and
that is said; in continuous integration, where nobody reads of skipped tests, it is an error.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from helpers import browser, debian
from helpers.errors import CourseError


@dataclass(frozen=True)
class Equipment:
    """One thing that some tests need."""

    name: str
    find: Callable[[], Path | None]
    package: str  #: Debian's
    skipped: str  #: which tests, where it is missing
    remedy: str


BROWSER = Equipment(
    "browser", browser.find_browser, "chromium", "the tests in tests/browser", browser.REMEDY
)
SANDBOX = Equipment(
    "sandbox",
    lambda: _on_path("bwrap"),
    "bubblewrap",
    "the tests that run what learners hand in",
    "install bubblewrap",
)
DATABASE = Equipment(
    "PostgreSQL server",
    lambda: find_postgresql(),
    "postgresql",
    "the tests of a gradebook in PostgreSQL",
    "install PostgreSQL",
)


def wanted(in_ci: bool) -> list[Equipment]:
    """Return what the tests of this machine need.

    A database server is more than a learner wants to find on a laptop: it is installed in CI alone.
    """
    if sys.platform != "linux":
        return [BROWSER]
    return [BROWSER, SANDBOX, DATABASE] if in_ci else [BROWSER, SANDBOX]


def provide(things: Iterable[Equipment], in_ci: bool, say: Callable[[str], object]) -> None:
    """Install what is missing where that can be done; say what is skipped without it.

    Raises:
        CourseError: something is missing in continuous integration.
    """
    missing = [thing for thing in things if thing.find() is None]
    problem: str | None = None
    if missing and debian.can_install():
        packages = [thing.package for thing in missing]
        say(f"Installing {', '.join(packages)} for the tests.")
        problem = debian.install(*packages)
    for thing in missing:
        if thing.find():
            continue
        why = problem or f"no {thing.name} found"
        if in_ci:
            raise CourseError(f"{why}: {thing.remedy}")
        say(f"Skipped: {thing.skipped} ({why}): {thing.remedy}.")


def find_postgresql() -> Path | None:
    """Return PostgreSQL's initdb, which Debian keeps off the path, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = _on_path("initdb")
    return on_path or (found[-1] if found else None)


def _on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None
