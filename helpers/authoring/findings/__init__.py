"""All findings on one page, as learners see them: for authors, who read them in one go.

`gather` runs the wrong answers of tests/wrong_answers, `anywhere` has those that any exercise may
get, `predictions` those that are no functions, `page` makes the page, `write_findings` does it all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from helpers import storage
from helpers.authoring.findings.gather import WRONG_ANSWERS, gather
from helpers.authoring.findings.page import as_page
from helpers.errors import CourseError


@dataclass(frozen=True)
class Written:
    """What was written, in numbers."""

    path: Path
    exercises: int
    findings: int
    answers: int
    unshown: int

    def line(self) -> str:
        """Return it as a sentence."""
        return (
            f"wrote {self.path}: {_count(self.exercises, 'exercise')}, "
            f"{_count(self.findings, 'finding')} shown by {_count(self.answers, 'wrong answer')}, "
            f"{self.unshown} that no wrong answer shows"
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def write_findings(root: Path, wanted: str | None = None, output: Path | None = None) -> Written:
    """Run the wrong answers and write the page.

    Args:
        root: the repository.
        wanted: a lesson (`02`, `unfreeze`) or an exercise (`unfreeze.layer_names`); None: all.
        output: the file to write; `build/findings.html` of the repository by default.

    Raises:
        CourseError: no wrong answers here, no such lesson, or the file cannot be written.
    """
    if not (root / WRONG_ANSWERS).is_dir():
        raise CourseError(
            f"there are no wrong answers in {root / WRONG_ANSWERS}: "
            "run this command in a clone of the repository"
        )
    sections = gather(root, wanted)
    path = output or root / "build" / "findings.html"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(f"cannot make {path.parent}: {error.strerror}") from None
    content = as_page(sections)

    def write(file: BinaryIO) -> None:
        file.write(content)

    storage.write_atomically(path, write)
    return Written(
        path,
        sum("." in section.name for section in sections),  # not what any exercise may say
        sum(len(section.findings) for section in sections),
        sum(len(shown.answers) for section in sections for shown in section.findings),
        sum(len(section.unshown) for section in sections),
    )
