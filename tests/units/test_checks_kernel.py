"""`check` in a real kernel, run the way nbgrader runs it: a card, no stderr, a short error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

IMPORTS = """
import warnings
from helpers.checks import check

def accuracy(logits, labels):
    print("how many:", len(labels))
    warnings.warn("careful")
    return (logits.argmax(dim=1) == labels).float().mean().item()

def percent(logits, labels):
    return 100 * accuracy(logits, labels)

def unwritten(logits, labels):
    return ...

def broken(logits, labels):
    return logits.no_such_thing
"""
CHECKS = {
    "correct": 'check("wall.accuracy", accuracy)',
    "wrong": 'check("wall.accuracy", percent)',
    "not-started": 'check("wall.accuracy", unwritten)',
    "broken": 'check("wall.accuracy", broken)',
    "unknown": 'check("wall.acuracy", accuracy)',
}


@pytest.fixture(scope="module")
def outputs() -> dict[str, list[Any]]:
    """The outputs of each cell of `CHECKS`, from one kernel."""
    cells = [new_code_cell(source) for source in (IMPORTS, *CHECKS.values())]
    notebook = new_notebook(cells=cells)
    here = {"metadata": {"path": str(Path(__file__).parents[2])}}
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", allow_errors=True, resources=here
    ).execute()
    assert notebook.cells[0].outputs == []
    named = zip(CHECKS, notebook.cells[1:], strict=True)
    return {name: list(cell.outputs) for name, cell in named}


def page(outputs: list[Any]) -> str:
    return str(outputs[0]["data"]["text/html"])


def test_nothing_goes_to_stderr_and_no_value_is_left_behind(outputs: dict[str, list[Any]]) -> None:
    kinds = {output.output_type for cell in outputs.values() for output in cell}
    assert kinds == {"display_data", "error"}


def test_a_correct_answer_shows_one_green_card(outputs: dict[str, list[Any]]) -> None:
    (card,) = outputs["correct"]
    assert card.output_type == "display_data"
    assert "All visible checks passed" in card["data"]["text/html"]
    assert "UserWarning: careful" in card["data"]["text/html"]
    assert "how many: 12" in card["data"]["text/plain"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("wrong", "percent-not-fraction"), ("not-started", "not started yet"), ("broken", "raised")],
)
def test_an_answer_that_is_not_right_raises_one_line(
    outputs: dict[str, list[Any]], name: str, code: str
) -> None:
    card, error = outputs[name]
    assert (card.output_type, error.output_type) == ("display_data", "error")
    assert error.ename == "CheckFailed" and code in error.evalue
    assert error.traceback == [f"CheckFailed: {error.evalue}"]


def test_the_failing_line_comes_from_the_cell(outputs: dict[str, list[Any]]) -> None:
    assert "this line of yours: return logits.no_such_thing" in page(outputs["broken"])
    assert "ipykernel" not in page(outputs["broken"])


def test_an_unknown_id_is_one_line(outputs: dict[str, list[Any]]) -> None:
    (error,) = outputs["unknown"]
    assert error.ename == "CourseError" and "did you mean 'wall.accuracy'?" in error.evalue
    assert len(error.traceback) == 1
