"""What the lessons show when they run: the numbers in their own figures, as a learner sees them.

    python -m benchmarks.lessons 02 06

Runs the solved lessons from top to bottom on the course's own pictures, and keeps what goes into
bars and curves. A text that says "with the course's own pictures about 70 %" speaks
of these. Another machine may end a run a picture or two apart.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import report
from helpers import plots, training
from helpers.authoring.sources import parse_lesson
from helpers.places import lessons, repository

FIGURES = ("bars", "lines", "training_curves")
"""The figures of `helpers.plots` that show measured numbers."""


def plain(value: Any) -> Any:
    """What a figure was given, as numbers: of a history the last epoch."""
    if isinstance(value, training.History):
        last = value.epochs[-1]
        return {"accuracy": last.accuracy, "valid_accuracy": last.valid_accuracy}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return round(float(value), 6) if isinstance(value, int | float) else None


@contextmanager
def watching(shown: list[Any]) -> Iterator[None]:
    """Note down what the figures are given while a lesson runs."""
    drawn = {name: getattr(plots, name) for name in FIGURES}

    def noting(draw: Callable[..., Any]) -> Callable[..., Any]:
        def noted(values: Any, *args: Any, **options: Any) -> Any:
            shown.append(plain(values))
            return draw(values, *args, **options)

        return noted

    for name, draw in drawn.items():
        setattr(plots, name, noting(draw))
    try:
        yield
    finally:
        for name, draw in drawn.items():
            setattr(plots, name, draw)


def run(path: Path) -> dict[str, Any]:
    """Run one solved lesson in an empty folder: what each cell showed, by the cell's id."""
    lesson = parse_lesson(path)
    module = ModuleType("lesson")
    found: dict[str, Any] = {}
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for cell in lesson.notebook.cells:
                if cell.cell_type != "code":
                    continue
                shown: list[Any] = []
                with watching(shown):
                    exec(compile(cell.source, f"{path.name}, {cell.id}", "exec"), module.__dict__)
                if shown:
                    found[cell.id] = shown
        finally:
            os.chdir(before)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the chosen lessons and write what they show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="02 06; none for all")
    wanted = parser.parse_args(arguments).lessons
    folder = repository() / "solutions"
    summary = {}
    for name in lessons(folder):
        if not wanted or any(each in name for each in wanted):
            print(name, flush=True)
            summary[name] = run(folder / f"{name}.py")
    content = {"what": "numbers in the figures of the solved lessons, on draw 0"}
    print(report.save("lessons", {**content, "machine": report.machine(), "summary": summary}))


if __name__ == "__main__":
    main()
