"""The start page: a map of the lessons, made from the lessons themselves.

`solutions/start.py` becomes `course/start.ipynb`, with a table of the lessons where it says
`<!-- the lessons -->`. The same table stands in `course/README.md`, and what `explore.course_map()`
shows beside it comes from `course/map.json`. Without `solutions/start.py` there is none of them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jupytext

from helpers.authoring.release import as_bytes
from helpers.authoring.sources import (
    AuthoringError,
    Lesson,
    exercise_of,
    normalise,
    problems,
    settings_of,
    without_notes,
)
from helpers.places import MAP_FILE, START_PAGE

START = "start"
PLACE = "<!-- the lessons -->"
STEPS = {"wall": "00", "augmentation": "01", "stages": "04", "everything": "06"}
"""The steps of `benchmarks.climb`, and the number of the lesson after which one has got there."""
RECIPE = "07"
"""The lesson that `benchmarks.past_the_wall` measures."""

_TITLE = re.compile(r"# \d\d · (.+)")
_MINUTES = re.compile(r"\*About (\d+) minutes\b")

Entry = dict[str, Any]


def pages(root: Path, found: list[Lesson]) -> dict[str, bytes]:
    """Return the start page and its companions, by path; nothing without `solutions/start.py`.

    Raises:
        AuthoringError: the page is graded or broken, or a lesson does not say its title and time.
    """
    source = root / "solutions" / f"{START}.py"
    if not source.is_file():
        return {}
    made = course(root, found)
    table = markdown(made)
    notebook = without_notes(
        normalise(jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent"))
    )
    for problem in problems(notebook):
        raise AuthoringError(f"{source.name}, {problem}")
    if any(settings_of(cell) for cell in notebook.cells):
        raise AuthoringError(f"{source.name}: nothing on the start page is graded")
    if not any(PLACE in cell.source for cell in notebook.cells):
        raise AuthoringError(f"{source.name}: say with the line '{PLACE}' where the lessons go")
    for cell in notebook.cells:
        cell["source"] = cell.source.replace(PLACE, table)
    first = notebook.cells[0].source.replace(table, "").strip()
    readme = f"{first}\n\n[start.ipynb](start.ipynb) shows it with your own progress.\n\n{table}\n"
    return {
        f"course/{START_PAGE}": as_bytes(notebook),
        "course/README.md": readme.encode(),
        f"course/{MAP_FILE}": (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode(),
    }


def course(root: Path, found: list[Lesson]) -> Entry:
    """Return what there is to know of the course: its lessons, and the climb as it was measured."""
    lessons = [_entry(lesson) for lesson in found]
    measured, command, draws = _measured(root / "benchmarks" / "results")
    since: list[str] = []
    before: float | None = None
    for entry in lessons:
        since.append(entry["number"])
        row = measured.get(entry["number"])
        if row is None:
            continue
        gain = None if before is None else round(row["valid"] - before, 4)
        entry["climb"] = {**row, "lessons": since, "gain": gain}
        since, before = [], row["valid"]
    return {"command": command, "draws": draws, "lessons": lessons}


def _measured(results: Path) -> tuple[dict[str, Entry], str | None, int]:
    """What was measured by the number of the lesson, by which commands, over how many draws."""
    climb, recipe = (_read(results / f"{name}.json") for name in ("climb", "past_the_wall"))
    if climb is None:
        return {}, None, 0
    found = {
        STEPS[step]: {
            "what": climb["what"][step],
            "valid": row["valid"]["mean"],
            "test": row["test"]["mean"],
        }
        for step, row in climb["summary"].items()
        if step in STEPS
    }
    command = f"python -m benchmarks.climb --seeds {len(climb['seeds'])}"
    if recipe is not None:
        row = recipe["summary"]
        found[RECIPE] = {
            "what": "the whole recipe, each picture and its mirror image averaged",
            "valid": row["valid, mirrored"]["mean"],
            "test": row["test, mirrored"]["mean"],
        }
        command += (
            f", lesson {RECIPE}: python -m benchmarks.past_the_wall --seeds {len(recipe['rows'])}"
        )
    return found, command, len(climb["seeds"])


def _read(path: Path) -> Entry | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _entry(lesson: Lesson) -> Entry:
    first = lesson.notebook.cells[0].source
    title, minutes = _TITLE.match(first), minutes_of(first)
    number = lesson.name[:2]
    if not title or minutes is None:
        raise AuthoringError(
            f"{lesson.origin.name}: its first cell must begin with '# {number} · Title' and say "
            "'*About N minutes.' for the course map"
        )
    graded = [
        settings
        for cell in lesson.notebook.cells
        if cell.cell_type == "code" and (settings := settings_of(cell)).get("grade")
    ]
    return {
        "name": lesson.name,
        "number": number,
        "title": title[1].strip(),
        "minutes": minutes,
        "exercises": [exercise_of(str(settings["grade_id"])) for settings in graded],
    }


def minutes_of(first: str) -> int | None:
    """Return how long a lesson takes, as its first cell says it."""
    found = _MINUTES.search(first)
    return int(found[1]) if found else None


def markdown(made: Entry) -> str:
    """Return the table of the lessons as readers without a kernel see it."""
    lines = [
        "| lesson | minutes | you build | validation | test | it brings |",
        "|---|---|---|---|---|---|",
    ]
    for entry in made["lessons"]:
        name = entry["name"]
        built = ", ".join(f"`{each.partition('.')[2]}`" for each in entry["exercises"])
        valid, test, gain = _climb_cells(entry, made["lessons"])
        lines.append(
            f"| [{entry['number']} · {entry['title']}]({name}/{name}.ipynb) | {entry['minutes']} "
            f"| {built} | {valid} | {test} | {gain} |"
        )
    lines += ["", _note(made)]
    return "\n".join(lines).rstrip()


def _climb_cells(entry: Entry, lessons: list[Entry]) -> tuple[str, str, str]:
    """Validation and test accuracy by then, and what is new of the former."""
    if climb := entry.get("climb"):
        gain = "where it begins" if climb["gain"] is None else f"{100 * climb['gain']:+.1f} points"
        if len(climb["lessons"]) > 1 and climb["gain"] is not None:
            gain += f", with {' and '.join(climb['lessons'][:-1])}"
        return f"{100 * climb['valid']:.1f} %", f"{100 * climb['test']:.1f} %", gain
    later = [e for e in lessons if entry["number"] in e.get("climb", {}).get("lessons", ())]
    return "", "", f"measured with {later[0]['number']}" if later else ""


def _note(made: Entry) -> str:
    if not made["command"]:
        return ""
    return (
        "Validation and test: accuracy on pictures of the herbarium with what the course has "
        f"taught by then, mean of {made['draws']} fresh draws (`{made['command']}`). Your figures "
        "will differ by a point or two."
    )
