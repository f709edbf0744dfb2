"""Lists of numbers, which some answers return, as plain data and as findings."""

import numbers
from typing import Any

import numpy as np

from helpers.checks.core import Evidence, Exercise, Finding
from helpers.checks.reading import (
    Seen,
    call_findings,
    numbers_text,
    returned,
    value_findings,
)

MAX_NUMBERS = 2000


def floats_of(value: object) -> np.ndarray | None:
    """The numbers of a list or tuple as float64, NaN and infinity included.

    Returns:
        None for anything else, for a list that holds anything else, and for a very long one.
    """
    if not isinstance(value, list | tuple) or len(value) > MAX_NUMBERS:
        return None
    if not all(isinstance(item, numbers.Real) for item in value):
        return None
    try:
        return np.array([float(item) for item in value], dtype=np.float64)
    except Exception:  # a number of the learner's own making may refuse
        return None


def list_findings(exercise: Exercise, call: Evidence) -> list[Finding]:
    """The findings about a call that should have returned a list of plain numbers."""
    return call_findings(exercise, call) or listing_findings(returned(call), "Your function")


def listing_findings(value: Seen, what: str) -> list[Finding]:
    """The findings about one list: is it one, and are there plain numbers in it?"""
    if findings := value_findings(value, "list", what):
        return findings
    for item in value.items:
        if findings := _number_findings(item, what):
            return findings
    return []


def _number_findings(item: Seen, what: str) -> list[Finding]:
    if item.kind == "number" and item.dtype != "bool":
        return []
    return value_findings(item, "number", f"As an item of the list, {what[0].lower()}{what[1:]}")


def read_numbers(value: Any) -> np.ndarray:
    """Numbers from evidence; empty where the probe found none."""
    return np.asarray(value, dtype=np.float64) if isinstance(value, np.ndarray) else np.empty(0)


def same(got: np.ndarray, wanted: np.ndarray, tolerance: float = 1e-6) -> bool:
    """Equal in length and, up to rounding, in every number."""
    if got.shape != wanted.shape:
        return False
    return bool(np.allclose(got, wanted, rtol=tolerance, atol=tolerance * 1e-3))


def beginning(values: np.ndarray, count: int = 6) -> str:
    """The first few numbers, as a person writes them."""
    if not len(values):
        return "an empty list"
    return numbers_text(values[:count]) + (", …" if len(values) > count else "")
