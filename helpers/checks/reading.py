"""What judges read evidence with: a view of one call, and the findings common to all exercises."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from helpers.checks.core import Exercise, Finding

#: What one call of the answer is expected to give back.
KINDS = {
    "number": "a plain Python number",
    "tensor": "a torch tensor",
    "callable": "something that can be called with a picture",
    "list": "a list",
    "generator": "a torch.Generator",
}
#: What it may give back instead, in words; by its type, where there are none.
_KINDS_SEEN = {
    "none": "None",
    "ellipsis": "the three dots",
    "number": "a number",
    "tensor": "a tensor",
    "array": "a NumPy array",
    "text": "a text",
    "mapping": "a dict",
    "picture": "a PIL picture",
    "generator": "a torch.Generator",
}
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")


@dataclass(frozen=True)
class Seen:
    """A read-only view of one observation; missing entries read as empty, never as an error."""

    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return str(self.data.get("kind", "other"))

    @property
    def type(self) -> str:
        return str(self.data.get("type", "unknown"))

    @property
    def dtype(self) -> str:
        return str(self.data.get("dtype", ""))

    @property
    def device(self) -> str:
        return str(self.data.get("device", "cpu"))

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.data.get("shape", ()))

    @property
    def repr(self) -> str:
        return str(self.data.get("repr", ""))

    @property
    def values(self) -> np.ndarray:
        """The numbers as float64, in the announced shape; empty if there are none."""
        values = self.data.get("values")
        if not isinstance(values, np.ndarray):
            return np.empty(0)
        return values.astype(np.float64)

    @property
    def number(self) -> float:
        """The only number, or NaN."""
        return float(self.values.reshape(-1)[0]) if self.values.size == 1 else float("nan")

    @property
    def text(self) -> str | None:
        return str(self.data["text"]) if self.kind == "text" else None

    @property
    def items(self) -> list["Seen"]:
        """The items of a list; empty for anything else."""
        return [Seen(item) for item in self.data.get("items", [])] if self.kind == "list" else []

    @property
    def finite(self) -> bool:
        return bool(np.isfinite(self.values).all())

    def describe(self) -> str:
        """The value in words, for the `got` line of a card."""
        if self.kind == "none":
            return "None"
        if self.kind == "tensor":
            sides = " × ".join(map(str, self.shape)) or "no dimensions"
            number = f", value {number_text(self.number)}" if self.values.size == 1 else ""
            return f"a tensor of {sides}, {self.dtype}{number}"
        if self.kind == "array":
            return f"a NumPy array of {shape_text(self.shape) or 'no dimensions'}, {self.dtype}"
        if self.kind == "number":
            return f"{number_text(self.number)} ({self.type})"
        if self.kind == "picture":
            return "a PIL picture of {} × {}".format(*self.data.get("size", ["?", "?"]))
        if self.kind in ("list", "mapping"):
            return f"{self.brief()} ({self.type})"
        if self.kind in ("callable", "other"):
            return _of_a_type(self.type)
        return f"{_ADDRESS.sub('', self.repr)} ({self.type})" if self.repr else self.type

    def named(self) -> str:
        """What kind of thing it is, in a word or two."""
        if self.kind == "number" and self.dtype == "bool":
            return "True or False"
        return _KINDS_SEEN.get(self.kind) or _of_a_type(self.type)

    def brief(self) -> str:
        """The value as short as it can be said, for an item of a list."""
        if self.kind == "number":
            return number_text(self.number)
        if self.kind == "list":
            shown = [item.brief() for item in self.items[:4]]
            more = ["…"] if int(self.data.get("length", 0)) > len(shown) else []
            return f"[{', '.join([*shown, *more])}]"
        if self.kind == "mapping":
            pairs = self.data.get("items", [])[:3]
            shown = [f"{Seen(key).brief()}: {Seen(value).brief()}" for key, value in pairs]
            more = ["…"] if int(self.data.get("length", 0)) > len(shown) else []
            return f"{{{', '.join([*shown, *more])}}}"
        return self.type if self.kind in ("callable", "tensor", "array", "other") else self.repr


def _of_a_type(name: str) -> str:
    """An object by its type alone: what it looks like inside helps nobody."""
    words = {"function": "a function", "generator": "a generator", "type": "a class"}
    words |= {"Generator": "a generator of NumPy"}  # torch's has a kind of its own
    article = "an" if name[:1].lower() in "aeiou" else "a"
    return words.get(name, f"{article} {name}")


def number_text(value: float) -> str:
    """A number as a person writes it: four digits that matter."""
    return f"{value:.4g}"


def numbers_text(numbers: np.ndarray) -> str:
    """Up to a dozen numbers, as a person writes them."""
    return ", ".join(number_text(float(number)) for number in numbers[:12])


def shape_text(shape: Sequence[int]) -> str:
    """A shape as a person writes it: 3 × 32 × 32."""
    return " × ".join(map(str, shape))


def returned(call: Mapping[str, Any]) -> Seen:
    """What a call returned; an empty view if it did not return."""
    return Seen(call.get("returned", {}))


def call_findings(exercise: Exercise, call: Mapping[str, Any]) -> list[Finding]:
    """The findings before any value: not a function, signature, raised, not started, None."""
    wanted = f"{exercise.name}({', '.join(exercise.parameters)})"
    if "not_a_function" in call:
        value = Seen(call["not_a_function"])
        if value.kind == "ellipsis":
            return [not_started(exercise)]
        return [Finding(
            "not-a-function",
            "The check needs your function itself, but it was given something else.",
            f"the function {exercise.name}, without brackets after it",
            value.describe(),
            "the line that calls the check: a name followed by brackets is a result",
        )]  # fmt: skip
    if "signature" in call:
        return [Finding(
            "wrong-signature",
            "Your function cannot be called the way the lesson calls it.",
            wanted,
            f"{exercise.name}({call['signature']})" if call["signature"] != "nothing"
            else f"{exercise.name}()",
            "the first line of your function, the one that begins with def",
        )]  # fmt: skip
    if "raised" in call:
        return [raised_finding(exercise, call["raised"])]
    value = returned(call)
    if value.kind == "ellipsis":
        return [not_started(exercise)]
    if value.kind == "none":
        return [Finding(
            "returned-none",
            "Your function ran to its end without handing anything back.",
            f"a value from {exercise.name}",
            "None",
            "the last line: does every path through the function end in return?",
        )]  # fmt: skip
    return []


def not_started(exercise: Exercise) -> Finding:
    return Finding(
        "not-started",
        f"{exercise.name} still returns the three dots. Replace them when you are ready.",
        look_again="the task above this cell; the folded hints are there for you",
    )


def raised_finding(exercise: Exercise, raised: Mapping[str, Any]) -> Finding:
    """An error inside the answer, with the learner's own line; the rest is folded away."""
    if raised.get("type") == "NotImplementedError":
        return not_started(exercise)
    line = str(raised.get("line", ""))
    look_again = f"this line of yours: {line}" if line else "the last line you changed"
    if raised.get("type") == "NameError":
        look_again += " (if the name is not misspelt, run the cell above that makes it)"
    return Finding(
        "raised",
        f"Your function stopped with an error: {raised.get('type', 'an error')}.",
        "",
        str(raised.get("message", "")) or "no message",
        look_again,
        str(raised.get("trace", "")),
    )


def value_findings(
    value: Seen,
    kind: str,
    what: str = "Your function",
    shape: tuple[int, ...] | None = None,
    dtypes: Sequence[str] = (),
) -> list[Finding]:
    """The findings about one value's form: type, dtype, device, shape, finite. First one only.

    Args:
        value: what was returned, or a part of it.
        kind: "number", "tensor", "list" or "callable".
        what: who returned it, as the beginning of a sentence.
        shape: the exact shape, if it is fixed.
        dtypes: the dtypes that will do; empty for any.
    """
    boolean = kind == "number" and value.dtype == "bool"
    if value.kind != kind or boolean:
        return [Finding(
            "wrong-type", f"{what} gave back {value.named()}, where {KINDS[kind]} is asked for.",
            KINDS[kind], value.describe(), "what the task says about the value to return",
        )]  # fmt: skip
    if dtypes and value.dtype not in dtypes:
        return [Finding(
            "wrong-dtype", f"{what} gave back numbers of type {value.dtype}, which will not do.",
            " or ".join(dtypes), value.dtype, "where the tensor gets its dtype",
        )]  # fmt: skip
    if value.device != "cpu":
        return [Finding(
            "wrong-device", f"{what} gave back a tensor on another device than its input.", "cpu",
            value.device, "which device the result is made on: the one of the input",
        )]  # fmt: skip
    if shape is not None and value.shape != shape:
        return [Finding(
            "wrong-shape", f"{what} gave back a tensor of the wrong shape.", shape_text(shape),
            shape_text(value.shape) or "no dimensions", "which dimension each step works on",
        )]  # fmt: skip
    if not value.finite:
        bad = int(value.values.size - np.isfinite(value.values).sum())
        return [Finding(
            "not-finite", f"{what} gave back NaN or infinity.", "ordinary numbers",
            f"{bad} of {value.values.size} numbers are NaN or infinite",
            "divisions: can what you divide by be zero?",
        )]  # fmt: skip
    return []


def close(got: float, wanted: float, tolerance: float = 1e-4) -> bool:
    """Equal up to rounding, relative to 1 or to the wanted value, whichever is larger."""
    return bool(abs(got - wanted) <= tolerance * max(1.0, abs(wanted)))


def nearest(got: float, candidates: Mapping[str, float], tolerance: float = 1e-4) -> str | None:
    """The first misconception whose result this is, if any."""
    for code, value in candidates.items():
        if np.isfinite(value) and close(got, value, tolerance):
            return code
    return None


def apart(values: Mapping[str, float], distance: float) -> bool:
    """Whether all these numbers differ from each other: then each names its own mistake."""
    ordered = sorted(values.values())
    return all(b - a > distance for a, b in pairwise(ordered))


def mode_story(before: Mapping[str, bool], after: Mapping[str, bool]) -> str:
    """In words, which modules did not get their training or evaluation mode back; "" if all did."""
    changed = [name for name, training in before.items() if after.get(name) != training]
    if not changed:
        return ""
    if not any(before.values()):
        return (
            "The model came in evaluation mode, but your function left it in training mode. It has "
            "to be left as it was found."
        )
    if not any(after.values()):
        return (
            "The model came in training mode, but your function left it in evaluation mode. The "
            "next epoch would train without dropout."
        )
    return (
        f"The model as a whole has its mode back, but {changed[0]} does not: it came in "
        f"{'training' if before[changed[0]] else 'evaluation'} mode. Parts of a model can have "
        "a mode of their own, for instance a frozen stage."
    )
