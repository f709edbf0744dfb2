"""What an exercise is: a probe that collects plain data, and a judge that reads it.

The probe runs where the learner's code runs and asserts nothing. The judge runs anywhere, has never
seen the learner's objects, and recomputes from the seed what is right. README.md in this folder
shows how to add an exercise.
"""

import abc
import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

import numpy as np

from helpers.errors import CourseError
from helpers.verdicts import SEVERITY as SEVERITY

#: Plain data only: None, bool, int, finite float, str, list, dict with text keys, NumPy arrays.
Evidence = dict[str, Any]
#: What the learner wrote. Nothing is known about it, so nothing is assumed.
Answer = Callable[..., Any]

T = TypeVar("T")

PUBLIC_SEED = 2019


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with an answer, in words a learner knows."""

    code: str
    message: str
    expected: str = ""
    got: str = ""
    look_again: str = ""
    details: str = ""


@dataclass(frozen=True)
class Mistake:
    """The words for one finding code: what is wrong, and where to look again.

    Either text may hold `{placeholders}` that `Exercise.finding` fills.
    """

    message: str
    look_again: str = ""


@dataclass(frozen=True)
class Verdict:
    """The result of judging one answer; `name` is one of `SEVERITY`.

    `note` stands on a green card in place of what was checked. `scored` is False where the form of
    an answer was all that could be judged: nothing was passed yet.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    note: str = ""
    scored: bool = True


class Exercise(abc.ABC):
    """One graded function: its name, how to probe it, how to judge what the probe saw.

    A subclass sets the class attributes below and writes `probe` and `judge`. Both draw the same
    inputs from the seed through one method of the subclass, so that inputs are written once.
    """

    #: `<lesson>.<function name>`, as in notebooks and gradebooks.
    id: ClassVar[str]
    #: What the learner's function is called with, in order. Only the order counts. Empty where the
    #: answer is not a function.
    parameters: ClassVar[tuple[str, ...]]
    #: What a correct answer has shown; one line on the green card.
    checked: ClassVar[str]
    #: Every mistake the judge can name, by finding code.
    mistakes: ClassVar[Mapping[str, Mistake]] = MappingProxyType({})
    #: Seconds the probe may take.
    time_limit: ClassVar[float] = 10.0
    #: Dotted names of what the library has for the same purpose, "helpers.training.evaluate": an
    #: answer that calls one of them has built nothing. A grader looks; a notebook does not.
    own_versions: ClassVar[tuple[str, ...]] = ()

    @property
    def name(self) -> str:
        """The learner's function name: the part of the id after the dot."""
        return self.id.partition(".")[2]

    @abc.abstractmethod
    def probe(self, answer: Answer, seed: int) -> Evidence:
        """Exercise `answer` on inputs drawn from `seed`; return plain data, assert nothing."""

    @abc.abstractmethod
    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        """Name what is wrong, most basic first; an empty list means correct. Pure."""

    def note(self, evidence: Evidence, seed: int) -> str:
        """What a green card says of this answer; "" for what was `checked`. Pure."""
        return ""

    def scored(self, evidence: Evidence, seed: int) -> bool:
        """Whether a correct answer has passed, or only has the right form. Pure."""
        return True

    def finding(
        self, code: str, expected: str = "", got: str = "", details: str = "", **fill: object
    ) -> Finding:
        """Build the finding `code` from its words in `mistakes`."""
        mistake = self.mistakes[code]
        return Finding(
            code,
            mistake.message.format(**fill),
            expected,
            got,
            mistake.look_again.format(**fill),
            details,
        )


class CheckFailed(AssertionError):
    """The answer is not right yet. Shown as one line: the card above it has the whole story."""

    def _render_traceback_(self) -> list[str]:
        return [f"CheckFailed: {self}"]


def registry(exercises: Iterable[Exercise]) -> Mapping[str, Exercise]:
    """Exercises by id, read-only; two with one id are a mistake of the author."""
    found: dict[str, Exercise] = {}
    for exercise in exercises:
        if exercise.id in found:
            raise ValueError(f"two exercises have the id {exercise.id!r}")
        found[exercise.id] = exercise
    return MappingProxyType(found)


def find(exercises: Mapping[str, Exercise], exercise_id: object) -> Exercise:
    """The exercise with this id.

    Raises:
        CourseError: there is none; the line suggests the nearest id.
    """
    if isinstance(exercise_id, str) and exercise_id in exercises:
        return exercises[exercise_id]
    wanted = exercise_id if isinstance(exercise_id, str) else type(exercise_id).__name__
    near = difflib.get_close_matches(wanted, exercises, n=1, cutoff=0.4)
    by_name = [known for known in exercises if known.partition(".")[2] == wanted]
    close = [*by_name, *near]
    hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(exercises)}."
    raise CourseError(f"There is no exercise called {wanted[:60]!r}: {hint}")


def rng(seed: int, purpose: str) -> np.random.Generator:
    """A NumPy generator that depends on the seed and on what it is for, on every machine alike."""
    return np.random.default_rng([abs(int(seed)), *purpose.encode()])


def draw_until(
    seed: int, purpose: str, draw: Callable[[np.random.Generator], T], good: Callable[[T], bool]
) -> T:
    """The first draw that is `good`: inputs on which right and wrong answers really differ."""
    generator = rng(seed, purpose)
    for _ in range(1000):
        drawn = draw(generator)
        if good(drawn):
            return drawn
    raise RuntimeError(f"no good draw for {purpose} with seed {seed}")
