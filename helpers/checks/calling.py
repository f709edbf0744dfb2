"""What checks of several lessons share: calls with settings, and numbers in any wrapping."""

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from helpers.checks.core import Answer, Evidence, Exercise, Finding
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import Seen, value_findings


def call_with(
    answer: Answer, args: tuple[object, ...], options: Mapping[str, object]
) -> tuple[Evidence, Any]:
    """Call an answer and keep what it returns, its settings by name.

    An answer with other names of its own gets the settings by place, as many as it has to.
    """
    names = list(options)
    for count in range(len(names) + 1):
        placed = (*args, *(options[name] for name in names[:count]))
        named = {name: options[name] for name in names[count:]}
        if _takes(answer, placed, named):
            break
    return call_and_keep(answer, *placed, **named)


def _takes(answer: Answer, args: tuple[object, ...], options: Mapping[str, object]) -> bool:
    try:
        inspect.signature(answer).bind(*args, **options)
    except Exception:  # not a function, other names, a signature that cannot be read
        return False
    return True


def number_of(value: Seen) -> float | None:
    """A number, also one in a tensor or an array without dimensions; None for anything else."""
    wrapped = value.kind in ("tensor", "array") and value.shape == ()
    if (value.kind == "number" or wrapped) and value.values.size == 1 and value.dtype != "bool":
        return value.number
    return None


def number_findings(value: Seen, what: str = "Your function") -> list[Finding]:
    """The findings about one value that should be a finite number, in whatever wrapping."""
    if number_of(value) is None:
        return value_findings(value, "number", what) or value_findings(Seen({}), "number", what)
    return value_findings(Seen({**value.data, "kind": "number"}), "number", what)


def findings_of(exercise: Exercise, codes: str, expected: str, got: str) -> list[Finding]:
    """One finding, or two if the code is two with a plus between; the first has the numbers."""
    first, *others = codes.split("+")
    return [exercise.finding(first, expected, got), *map(exercise.finding, others)]


def in_words(settings: Mapping[str, object]) -> str:
    """Settings as a person writes them: lr 0.1, every 3."""
    words = []
    for name, value in settings.items():
        if isinstance(value, tuple):
            text = f"({', '.join(f'{part:.4g}' for part in value)})"
        else:
            text = f"{value:.4g}" if isinstance(value, float) else str(value)
        words.append(f"{name} {text}")
    return ", ".join(words)


def equal(got: np.ndarray, wanted: np.ndarray, tolerance: float) -> bool:
    """Equal up to rounding, NaN and infinity in the same places.

    `tolerance` is relative; half of it, times the largest wanted number, is allowed besides.
    """
    if got.shape != wanted.shape:
        return False
    finite = np.abs(wanted[np.isfinite(wanted)])
    scale = float(finite.max()) if finite.size else 0.0
    return bool(np.allclose(got, wanted, tolerance, tolerance / 2 * scale, equal_nan=True))
