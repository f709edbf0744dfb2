"""`explore.course_map()`: the lessons, what each brings, and how far this learner is."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import figures, places
from helpers.errors import CourseError
from helpers.training.logbook import Logbook, best_runs

FIGURE = "valid_accuracy"
_ABOVE = 3  # folders above the notebook in which the map may lie

_TEXT = "color:var(--jp-content-font-color1,CanvasText)"
_QUIET = "color:var(--jp-content-font-color2,GrayText)"
_LINE = "border-bottom:1px solid var(--jp-border-color2,#8886)"
_CELL = f"text-align:left;vertical-align:middle;padding:7px 14px 7px 0;{_LINE};{_TEXT}"
_TRACK = "background:var(--jp-layout-color3,#8884);border-radius:4px;position:relative"

# ------------------------------------------------------------------------------------- compute


@dataclass(frozen=True)
class Stop:
    """One lesson on the map.

    Attributes:
        name, number, title: such as "00_the_wall", "00", "The wall".
        minutes: of a learner's time.
        exercises: their ids, in order.
        passed: those whose check has passed.
        best: this learner's best validation accuracy in it, or None.
        measured: validation accuracy of the course's own runs by then, or None.
        gain: how much of that is new since the last measured lesson, a fraction.
        together: numbers of the lessons that the gain belongs to.
    """

    name: str
    number: str
    title: str
    minutes: int
    exercises: tuple[str, ...]
    passed: tuple[str, ...]
    best: float | None
    measured: float | None
    gain: float | None
    together: tuple[str, ...]

    @property
    def done(self) -> bool:
        return bool(self.exercises) and len(self.passed) == len(self.exercises)

    @property
    def next(self) -> str | None:
        """The first exercise that has not passed."""
        return next((each for each in self.exercises if each not in self.passed), None)


def stops(made: dict[str, Any], book: Logbook) -> list[Stop]:
    """The lessons as the build noted them, with what the logbook knows of each."""
    passed, best = book.passed(), best_runs(book.entries(), FIGURE)
    found = list[Stop]()
    for entry in made["lessons"]:
        climb = entry.get("climb") or {}
        mine = best.get(entry["name"])
        found.append(
            Stop(
                entry["name"],
                entry["number"],
                entry["title"],
                entry["minutes"],
                tuple(entry["exercises"]),
                tuple(each for each in entry["exercises"] if each in passed),
                None if mine is None else float(mine["figures"][FIGURE]),
                climb.get("valid"),
                climb.get("gain"),
                tuple(climb.get("lessons", ())),
            )
        )
    return found


def summary(found: Sequence[Stop]) -> str:
    """How far the learner is, and what comes next, in two sentences."""
    total = sum(len(stop.exercises) for stop in found)
    passed = sum(len(stop.passed) for stop in found)
    best = max(found, key=lambda stop: stop.best or 0.0)
    said = f"You have passed {passed} of {total} exercises"
    if best.best is not None:
        said += f"; your best validation accuracy is {best.best:.1%}, in lesson {best.number}"
    upcoming = next((stop for stop in found if stop.next), None)
    if upcoming is None:
        return f"{said}. Nothing is left to do here: try the network on your own pictures."
    begin = "Begin with" if not passed else "Next:"
    return f"{said}. {begin} {upcoming.next}, in lesson {upcoming.number}."


def folder() -> Path:
    """Where the course's map lies: beside the notebook, above it, or in the repository.

    Raises:
        CourseError: nowhere.
    """
    here = Path.cwd()
    for place in [here, *here.parents[:_ABOVE]]:
        if (place / places.MAP_FILE).is_file():
            return place
    try:
        place = places.repository() / "course"
    except CourseError:
        place = here
    if not (place / places.MAP_FILE).is_file():
        raise CourseError(
            f"There is no {places.MAP_FILE} here or in the folders above: open this notebook in "
            "the course's own folder, or run `course build`."
        )
    return place


def read(path: Path) -> dict[str, Any]:
    """What the build noted of the lessons.

    Raises:
        CourseError: the file cannot be read.
    """
    try:
        made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for entry in made["lessons"]:
            _ = entry["name"], entry["number"], entry["title"], entry["minutes"], entry["exercises"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"{path} cannot be read: run `course build`, or fetch the file anew."
        ) from error
    return made


# ---------------------------------------------------------------------------------------- draw


def as_text(found: Sequence[Stop], note: str) -> str:
    """The map as plain text."""
    lines = [summary(found), ""]
    for stop in found:
        mine = "" if stop.best is None else f", your best {stop.best:.1%}"
        course = "" if stop.measured is None else f", the course's {stop.measured:.1%}"
        lines.append(
            f"{stop.number} {stop.title}: {stop.minutes} minutes, {len(stop.passed)} of "
            f"{len(stop.exercises)} exercises passed{mine}{course}"
        )
    return "\n".join([*lines, "", note]).rstrip()


def as_html(found: Sequence[Stop], note: str, prefix: str = "") -> str:
    """The map as a table, in the colours of the theme; bars repeat what the figures say."""
    known = [v for stop in found for v in (stop.best, stop.measured) if v is not None]
    low = max(0.0, int(10 * min([*known, 0.8])) / 10)
    heads = ["Lesson", "Time", "Exercises passed", "It brings", "Validation accuracy"]
    head = "".join(
        f'<th scope="col" style="{_CELL};font-weight:600;{_QUIET}">{each}</th>' for each in heads
    )
    rows = "".join(_row(stop, found, prefix, low) for stop in found)
    done = sum(len(stop.passed) for stop in found) / max(1, sum(len(s.exercises) for s in found))
    return (
        f'<div style="max-width:60em;line-height:1.45;{_TEXT};'
        'font-family:var(--jp-content-font-family,sans-serif)">'
        f'<div style="font-size:1.1em;font-weight:600;margin:2px 0 8px">'
        f"{html.escape(summary(found))}</div>{_bar(done, 'auto', figures.GREEN)}"
        '<table style="border-collapse:collapse;width:100%;margin-top:10px;table-layout:auto;'
        'font-size:inherit;background:none">'
        f'<caption style="text-align:left;{_QUIET};padding:0 0 4px">The lessons of the course, and '
        f"how far you are</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f'<div style="{_QUIET};margin-top:8px;font-size:.92em">{html.escape(note)}</div></div>'
    )


def _row(stop: Stop, found: Sequence[Stop], prefix: str, low: float) -> str:
    mark = '<span aria-hidden="true">✓ </span>' if stop.done else ""
    link = html.escape(f"{prefix}{stop.name}/{stop.name}.ipynb", quote=True)
    name = html.escape(f"{stop.number} · {stop.title}")
    count = f"{len(stop.passed)} of {len(stop.exercises)}"
    share = len(stop.passed) / max(1, len(stop.exercises))
    cells = [
        f"{stop.minutes}&nbsp;min",
        f'<span style="white-space:nowrap">{count}</span>{_bar(share, "6em", figures.GREEN)}',
        html.escape(_brings(stop, found)),
        _accuracy(stop, low),
    ]
    return (
        f'<tr style="background:none"><th scope="row" style="{_CELL};font-weight:600">{mark}'
        f'<a href="{link}" style="color:var(--jp-content-link-color,LinkText)">{name}</a></th>'
        + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells)
        + "</tr>"
    )


def _brings(stop: Stop, found: Sequence[Stop]) -> str:
    if stop.gain is not None:
        others = stop.together[:-1]
        with_them = f", with {' and '.join(others)}" if others else ""
        return f"{100 * stop.gain:+.1f} points{with_them}"
    if stop.measured is not None:
        return "where it begins"
    later = next((each for each in found if stop.number in each.together), None)
    return f"measured with {later.number}" if later else ""


def _accuracy(stop: Stop, low: float) -> str:
    """The two figures in words, and as two marks on one line."""
    said = []
    if stop.best is not None:
        said.append(f"<b>you {stop.best:.1%}</b>")
    if stop.measured is not None:
        said.append(f"course {stop.measured:.1%}")
    if not said:
        return f'<span style="{_QUIET}">not measured yet</span>'
    marks = ""
    for value, looks in (
        (stop.measured, f"width:3px;background:{figures.SKY}"),
        (stop.best, f"width:9px;border-radius:5px;background:{figures.GREEN}"),
    ):
        if value is not None:
            at = 100 * min(1.0, max(0.0, (value - low) / (1 - low)))
            marks += (
                f'<div style="position:absolute;left:{at:.0f}%;top:-2px;height:9px;{looks}"></div>'
            )
    line = f'<div aria-hidden="true" style="{_TRACK};height:5px;margin:5px 9px 2px 0">{marks}</div>'
    return f'<span style="white-space:nowrap">{" · ".join(said)}</span>{line}'


def _bar(share: float, width: str, colour: str) -> str:
    return (
        f'<div aria-hidden="true" style="{_TRACK};height:5px;width:{width};margin-top:4px">'
        f'<div style="height:5px;border-radius:4px;width:{100 * share:.0f}%;background:{colour}">'
        "</div></div>"
    )


# --------------------------------------------------------------------------------------- shell


class CourseMap:
    """The map as a notebook shows it.

    Attributes:
        stops: the lessons.
    """

    def __init__(self, found: list[Stop], note: str, prefix: str) -> None:
        self.stops, self._note, self._prefix = found, note, prefix

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {
            "text/html": as_html(self.stops, self._note, self._prefix),
            "text/plain": as_text(self.stops, self._note),
        }

    def __repr__(self) -> str:
        return as_text(self.stops, self._note)


def course_map(logbook: str | Path | None = None) -> CourseMap:
    """The lessons with links, time and what each brings, and your own progress.

    Args:
        logbook: a file; default: the one of this course, see `training.Logbook.open`.

    Raises:
        CourseError: the course's map is not found or cannot be read.
    """
    where = folder()
    made = read(where / places.MAP_FILE)
    note = ""
    if made.get("command"):
        note = (
            f"Course: mean validation accuracy over {made['draws']} fresh draws of the herbarium, "
            f"made by {made['command']}. You: your best run in the logbook."
        )
    return CourseMap(stops(made, Logbook.open(logbook)), note, _prefix(where))


def _prefix(where: Path) -> str:
    """From the notebook's folder to the course's, as the beginning of a link."""
    try:
        way = Path(os.path.relpath(where, Path.cwd())).as_posix()
    except ValueError:  # another drive
        return ""
    return "" if way == "." else f"{way}/"
