"""Cells that fail because something was not written or not run say so, in a few lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from kernels_jupyter import Cells, kernel
from torch import nn

from helpers.checks import CheckFailed, check
from helpers.checks.unwritten import is_unwritten

STUBS = """
import torch
from helpers.checks import check

def evaluate(model, batches):
    "Mean loss and accuracy."
    return ...

def class_weights(labels, num_classes):
    return ...

def measured():
    return torch.nn.CrossEntropyLoss(weight=class_weights(torch.zeros(3), 2))
"""


@pytest.fixture(scope="module")
def notebook() -> Iterator[Cells]:
    """A kernel in which two answers are stubs and one check has been called."""
    with kernel() as (_, cells):
        assert cells.outputs(STUBS) == []
        assert "not started" in cells.text('check("wall.evaluate", evaluate)')
        yield cells


def shown(cells: Cells, source: str) -> list[str]:
    """Run a cell that fails; return the lines of its error, without colours."""
    (error,) = (output for output in cells.outputs(source) if output["type"] != "display_data")
    assert error["type"] == "error"
    text = "\n".join(error["traceback"])
    return re.sub(r"\x1b\[[\d;]*m", "", text).splitlines()


def test_a_cell_that_needs_an_unwritten_answer_names_the_exercise(notebook: Cells) -> None:
    assert shown(notebook, "loss, right = evaluate(1, 2)") == [
        "TypeError: cannot unpack non-iterable ellipsis object",
        "In this line: loss, right = evaluate(1, 2)",
        "evaluate still returns the three dots, and this cell needs it: exercise wall.evaluate. "
        "Write it, run its cell, then run this one again.",
    ]


def test_the_line_is_the_notebooks_however_deep_the_error_comes_from(notebook: Cells) -> None:
    lines = shown(notebook, "measured()")
    assert len(lines) == 3
    assert lines[1].startswith("In this line: return torch.nn.CrossEntropyLoss(weight=")
    assert "exercise wall.class_weights" in lines[2]


def test_what_such_an_answer_left_behind_is_named(notebook: Cells) -> None:
    assert notebook.outputs("weights = class_weights(1, 2)\nkept = [weights]") == []
    assert shown(notebook, "weights[0]")[-1].startswith("weights is still the three dots")
    assert shown(notebook, "torch.tensor(kept)")[-1].startswith("Something in this cell is still")


def test_an_error_in_one_line_stays_in_one_line(notebook: Cells) -> None:
    lines = shown(notebook, "from helpers import training\ntraining.PrefixCache(weights, [1], len)")
    assert lines[0].startswith("CourseError: ")
    assert lines[1].startswith("weights is still the three dots")
    assert len(shown(notebook, 'check("wall.evaluate", evaluate)')) == 1


def test_an_answer_whose_cell_was_not_run_is_named(notebook: Cells) -> None:
    lines = shown(notebook, 'check("wall.accuracy", accuracy)')
    assert "NameError: name 'accuracy' is not defined" in lines
    assert lines[-1].startswith("There is no accuracy in this kernel yet.")
    assert "exercise wall.accuracy" in lines[-1]


def test_any_other_missing_name_sends_to_the_cells_above(notebook: Cells) -> None:
    lines = shown(notebook, "print(flowers)")
    assert any("----> 1 print(flowers)" in line for line in lines)
    assert lines[-1].startswith("No cell that has run in this kernel made flowers.")


def test_other_errors_look_as_they_always_do(notebook: Cells) -> None:
    by_chance = re.compile(r"ipykernel_\d+/\d+|In\[\d+\]")
    with kernel() as (_, untouched):
        for source in (
            "1 / 0", "int('x')", "a b", "if True:\na", "{}['weights']", "eval('a b')",
            "import nowhere", "raise KeyboardInterrupt",
        ):  # fmt: skip
            said = [
                [by_chance.sub("", line) for line in shown(cells, source)]
                for cells in (notebook, untouched)
            ]
            assert said[0] == said[1]


def test_errors_inside_a_written_answer_keep_their_traceback(notebook: Cells) -> None:
    notebook.outputs("def smooth(losses, beta):\n    return losses[..., 0] / 0")
    lines = shown(notebook, "smooth([], 1)")
    assert any("return losses[..., 0] / 0" in line for line in lines)
    assert not any("three dots" in line for line in lines)


def stub(values: list[float]) -> list[float]:
    """Say something."""
    return ...


class Pool(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return ...


class Written(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[..., 0]


@pytest.mark.parametrize(
    ("answer", "unwritten"),
    [(stub, True), (Pool, True), (Written, False), (lambda x: x[..., 1], False),
     (lambda x: None, False), (print, False), (..., False), (None, False)],
)  # fmt: skip
def test_only_stubs_are_unwritten(answer: Any, unwritten: bool) -> None:
    assert is_unwritten(answer) is unwritten


def test_a_check_says_that_it_was_given_the_answer_to_another_exercise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def evaluate(model: nn.Module, batches: object) -> object:
        return ...

    with pytest.raises(CheckFailed, match=r"the answer to another exercise\. \[another-answer\]"):
        check("wall.accuracy", evaluate)
    assert "evaluate, the answer to wall.evaluate" in capsys.readouterr().out


def test_a_right_answer_may_have_the_name_of_another(capsys: pytest.CaptureFixture[str]) -> None:
    def evaluate(logits: torch.Tensor, labels: torch.Tensor) -> float:
        return (logits.argmax(1) == labels).float().mean().item()

    check("wall.accuracy", evaluate)
    assert "Correct" in capsys.readouterr().out
