"""`check` in a real kernel, run the way nbgrader runs it: a card, no stderr, a short error."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from helpers.training import Logbook

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
def logbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the learner's logbook will be."""
    return tmp_path_factory.mktemp("course") / "logbook.jsonl"


@pytest.fixture(scope="module")
def outputs(logbook: Path) -> dict[str, list[Any]]:
    """The outputs of each cell of `CHECKS`, from one kernel."""
    return run_in_a_kernel(logbook)


def run_in_a_kernel(logbook: Path, **variables: str) -> dict[str, list[Any]]:
    cells = [new_code_cell(source) for source in (IMPORTS, *CHECKS.values())]
    notebook = new_notebook(cells=cells)
    here = {"metadata": {"path": str(Path(__file__).parents[2])}}
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", allow_errors=True, resources=here
    )
    client.execute(env={**os.environ, "COURSE_LOGBOOK": str(logbook), **variables})
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


def test_a_passed_check_is_noted_in_the_logbook_and_nothing_else(
    outputs: dict[str, list[Any]], logbook: Path
) -> None:
    assert Logbook(logbook).passed() == {"wall.accuracy"}
    assert len(logbook.read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize("trouble", ["nbgrader", "unwritable"])
def test_a_check_that_cannot_or_may_not_note_it_passes_without_a_word(
    outputs: dict[str, list[Any]], tmp_path: Path, trouble: str
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("a file where a folder should be")
    logbook = (blocker if trouble == "unwritable" else tmp_path) / "logbook.jsonl"
    again = run_in_a_kernel(
        logbook, **({"NBGRADER_EXECUTION": "validate"} if trouble == "nbgrader" else {})
    )
    assert again["correct"] == outputs["correct"]
    assert not logbook.exists()
