"""Right answers for the tests of the checks, and the findings that any answer gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from helpers.checks import EXERCISES
from helpers.checks.past.field_steps import FieldStep
from helpers.checks.run import collect, judge_evidence

Answer = Callable[..., Any]
Evidence = dict[str, Any]

#: Exercises whose answer is a function or a class; the others take the name of a file.
FUNCTIONS = [name for name, exercise in EXERCISES.items() if not isinstance(exercise, FieldStep)]


def codes(exercise_id: str, answer: Answer, seed: int = 3) -> list[str]:
    exercise = EXERCISES[exercise_id]
    verdict = judge_evidence(exercise, collect(exercise, answer, seed), seed)
    return [finding.code for finding in verdict.findings]


def accuracy(logits: torch.Tensor, labels: torch.Tensor) -> float:
    return float((logits.argmax(dim=1) == labels).float().mean())


def class_weights(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    counts = torch.bincount(labels, minlength=num_classes).float()
    weights = torch.where(counts > 0, 1 / counts, torch.zeros(()))
    return weights / weights[counts > 0].mean()


def stops(*args: object) -> None:
    raise ValueError("something is <b>wrong</b>")
