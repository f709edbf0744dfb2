"""The copy of a graded notebook in `autograded/`: what formgrader and nbgrader's feedback show.

The check that a machine scored carries the card of its verdict as output, and an error where it
did not pass: nbgrader, which scores by the absence of errors, gives the same points for it. What
the learner wrote in words is made harmless first, since those pages render it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO

import nbformat
from nbformat import NotebookNode
from nbformat.v4.rwbase import rejoin_lines
from nbgrader import utils

from helpers import storage
from helpers.checks import EXERCISES
from helpers.checks.card import as_html, as_text, headline
from helpers.checks.core import Finding, Verdict
from helpers.errors import CourseError
from helpers.grading.core import Result
from helpers.grading.harmless import markdown_cell, without_maths

TIMESTAMP = "timestamp.txt"
_MOST_TEXT = 4000
"""Characters of one text of a finding: a card is to be read."""

_KEY = "past_the_wall"
_FINDING_FIELDS = tuple(entry.name for entry in fields(Finding))


@dataclass(frozen=True)
class GradedCell:
    """What the gradebook says of one cell of the lesson."""

    checksum: str = ""  #: of the cell as it was handed out
    max_score: float | None = None


def read_notebook(notebook: NotebookNode | bytes) -> NotebookNode:
    """Return a copy that may be changed, whether it came as bytes or as a notebook."""
    plain = json.loads(notebook) if isinstance(notebook, bytes) else notebook
    # Half a character (a lone surrogate) can stand in JSON, but not in a file.
    text = json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")
    return rejoin_lines(nbformat.from_dict(json.loads(text)))


def settings_of(cell: NotebookNode) -> dict[str, Any]:
    """Return nbgrader's settings of a cell, empty for a cell it does not know."""
    return cell.metadata.get("nbgrader", {})


def prepare(notebook: NotebookNode, cells: Mapping[str, GradedCell]) -> None:
    """Set what only the gradebook decides, as nbgrader does, and remove outputs and attachments."""
    for cell in notebook.cells:
        settings = settings_of(cell)
        known = cells.get(settings.get("grade_id", ""))
        if known is not None and known.checksum:
            settings["checksum"] = known.checksum
        points = known.max_score if known is not None else None
        if settings.get("grade") and points not in (None, settings.get("points")):
            settings["points"] = points
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        elif settings.get("solution"):
            cell.pop("attachments", None)


def is_changed(cell: NotebookNode) -> bool:
    """Whether the learner changed a cell: by nbgrader's own rule, that of the checksum."""
    return bool(settings_of(cell).get("checksum") != utils.compute_checksum(cell))


def fill(
    notebook: NotebookNode,
    results: Mapping[str, Result],
    original: str,
    record: str = "",
    refused: str = "",
) -> bytes:
    """Put verdicts and harmless words into a prepared notebook; return it as a file.

    Args:
        notebook: is changed.
        results: by grade id.
        original: where the notebook lies that was handed in.
        record: names the grading; the same for the same content.
        refused: why there are no results; one harmless line.
    """
    if refused:
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(refused, id="not-graded"))
    remark = f"A copy in which HTML and pictures are shown as text. The original is in {original}."
    for cell in notebook.cells:
        settings = settings_of(cell)
        if cell.cell_type == "code" and settings.get("grade") and not settings.get("solution"):
            result = results.get(settings.get("grade_id", ""))
            cell.outputs = outputs_of(result) if result else [_error("NotGraded", refused)]
        elif cell.cell_type == "markdown" and settings.get("solution") and is_changed(cell):
            cell.source = markdown_cell(cell.source, remark)
    notebook.metadata[_KEY] = {"record": record}
    # Without indentation: Python's fast encoder does not know it.
    text = json.dumps(notebook, ensure_ascii=False, sort_keys=True)
    return (text + "\n").encode("utf-8", "replace")


def outputs_of(result: Result) -> list[NotebookNode]:
    """Return the outputs of a check: its card, and what makes nbgrader give the same points."""
    text, page = card_of(result)
    data = {"text/plain": text} | ({"text/html": page} if page else {})
    shown = [_output("display_data", data=data, metadata={})]
    if result.points <= 0 < result.max_points:
        return [*shown, _error("CheckFailed", _headline(result))]
    if result.points < result.max_points:
        points = {"text/plain": repr(float(result.points))}
        result_of = {"data": points, "metadata": {}, "execution_count": None}
        shown.append(_output("execute_result", **result_of))
    return shown


def card_of(result: Result) -> tuple[str, str]:
    """Return the card of a verdict as text and as HTML made of escaped text only.

    The HTML is empty for an exercise that this version of the course does not have.
    """
    exercise = EXERCISES.get(result.exercise)
    if exercise is None:
        return _headline(result), ""
    verdict = _verdict(result)
    evidence = {"printed": result.printed[:_MOST_TEXT], "printed_length": len(result.printed)}
    page = without_maths(as_html(exercise, verdict, evidence))
    return as_text(exercise, verdict, evidence), page


def _verdict(result: Result) -> Verdict:
    findings = [
        Finding(**{name: str(found.get(name, ""))[:_MOST_TEXT] for name in _FINDING_FIELDS})
        for found in result.findings
    ]
    if not findings and result.verdict != "correct":
        findings = [Finding(result.verdict, result.message[:_MOST_TEXT] or "It was not checked.")]
    return Verdict(result.verdict, tuple(findings), result.note[:_MOST_TEXT])


def _headline(result: Result) -> str:
    exercise = EXERCISES.get(result.exercise)
    if exercise is None:
        return f"{result.exercise}: {result.verdict}. {result.message[:_MOST_TEXT]}"
    return headline(exercise, _verdict(result))


def _error(name: str, text: str) -> NotebookNode:
    return _output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])


def _output(kind: str, **parts: Any) -> NotebookNode:
    # nbformat.v4.new_output would check each against the schema, which takes longer than all else.
    return nbformat.from_dict({"output_type": kind, **parts})


def empty() -> NotebookNode:
    """Return a notebook without cells, for a lesson of which nothing was handed out."""
    return nbformat.v4.new_notebook()


def is_written(path: Path, content: bytes) -> bool:
    """Whether the file is there with this very content."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def write(path: Path, content: bytes, mode: int) -> bool:
    """Write a file with its permissions, unless it is there; a reader sees the old or the new one.

    Returns:
        Whether it was written.

    Raises:
        CourseError: the disk is full or the folder is not writable; the old file is still there.
    """
    if is_written(path, content):
        return False

    def put(file: BinaryIO) -> None:
        file.write(content)
        os.chmod(file.name, mode)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if os.name == "nt" and path.exists():
            path.chmod(0o644)  # Windows does not replace a file that is read-only
    except OSError as error:
        raise CourseError(storage.write_failure(path, error)) from error
    storage.write_atomically(path, put)
    return True
