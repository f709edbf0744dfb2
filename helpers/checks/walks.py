"""Optimizers as functions: an answer walks twenty steps, compared with rules.

A rule is a function with the parameters of the answer, for arrays. There is the right one, and one
for each way of getting it wrong. Only where the weights go is compared: an answer may keep its
memory in a form of its own, as long as it gets along with it.
"""

import abc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, ClassVar

import numpy as np
import torch

from helpers.checks.calling import call_with, equal, findings_of, in_words
from helpers.checks.core import Answer, Evidence, Exercise, Finding
from helpers.checks.reading import (
    call_findings,
    returned,
    value_findings,
)

Rule = Callable[..., tuple[np.ndarray, ...]]
STEPS = 20
#: Relative: what is left when somebody computes 1 - beta**step in single precision.
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Walk:
    """Where the weights begin, the gradient and the learning rate of each step, the settings."""

    start: np.ndarray
    gradients: np.ndarray
    rates: np.ndarray
    options: dict[str, Any] = field(default_factory=dict)


class WalkExercise(Exercise):
    """An exercise whose answer makes one step of an optimizer: new weight and new memory."""

    #: What the optimizer remembers from step to step.
    memory: ClassVar[tuple[str, ...]]
    #: Whether the answer is told the number of the step.
    counts: ClassVar[bool] = False

    @abc.abstractmethod
    def inputs(self, seed: int) -> list[Walk]:
        """The walks to make."""

    @staticmethod
    @abc.abstractmethod
    def right(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
        """The rule for a right step."""

    @abc.abstractmethod
    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        """Finding codes with the rules that those who make the mistake follow."""

    def combined(self) -> Iterable[tuple[str, Rule]]:
        """Two codes with a plus between them, and the rule of those who make both mistakes."""
        return ()

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the tensors that an answer gets."""
        return ("weight", "gradient", *self.memory)

    @property
    def parts(self) -> str:
        """What an answer returns, in words."""
        return f"({', '.join(('weight', *self.memory))})"

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"walks": [self._walk(answer, walk) for walk in self.inputs(seed)]}

    def _walk(self, answer: Answer, walk: Walk) -> Evidence:
        """Make the steps, up to the first that does not give finite tensors of the right shape."""
        weight = torch.from_numpy(walk.start.copy())
        state = [weight, *(torch.zeros_like(weight) for _ in self.memory)]
        weights: list[np.ndarray] = []
        changed: set[str] = set()
        shared: set[str] = set()
        for number in range(STEPS):
            gradient = torch.from_numpy(walk.gradients[number].copy())
            given = [state[0], gradient, *state[1:]]
            before = [tensor.clone() for tensor in given]
            call, value = call_with(
                answer, (*given, *self._numbers(number, walk.rates)), walk.options
            )
            changed |= {
                name for name, tensor, copy in zip(self.given, given, before, strict=True)
                if not torch.equal(tensor, copy)
            }  # fmt: skip
            after = _tensors(value, len(state), weight.shape)
            if after is None:
                break
            shared |= _shared(after, given, ("weight", *self.memory), self.given)
            state = [tensor.detach().clone() for tensor in after]
            weights.append(state[0].double().numpy().copy())  # the next step may change it
            if not all(tensor.isfinite().all() for tensor in state):
                break
        return {
            "call": call,
            "weights": np.array(weights, dtype=np.float64),
            "changed": [name for name in self.given if name in changed],
            "shared": sorted(shared),
        }

    def _numbers(self, number: int, rates: np.ndarray) -> tuple[Any, ...]:
        """The number of the step, from 1, if it is told, and the learning rate."""
        return (*((number + 1,) if self.counts else ()), float(rates[number]))

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        walks, seen = self.inputs(seed), evidence["walks"]
        if len(walks) != len(seen):
            raise ValueError("walks are missing")
        for walk, made in zip(walks, seen, strict=True):
            first = None
            if not (findings := self._form(walk, made)):
                first = self._first_wrong(self.right, walk, made)
            if first is not None:
                findings = self._wrong(walks, seen, walk, made, first)
            elif not findings and len(made["weights"]) < STEPS:
                findings = self._not_finite(made) or [self.finding("wrong-step")]
            if findings:
                return self._with_changes(findings, seen)
        return self._changes(seen) or self._shares(seen)

    def _with_changes(self, findings: list[Finding], seen: list[Evidence]) -> list[Finding]:
        """Name what was changed in place too; alone, where that may be why the steps are wrong."""
        if findings[0].code in ("raised", "not-started") or not (changes := self._changes(seen)):
            return findings
        return changes if findings[0].code == "wrong-step" else [*findings, *changes]

    def _changes(self, seen: list[Evidence]) -> list[Finding]:
        changed = [made["changed"] for made in seen if made["changed"]]
        if not changed:
            return []
        which = " and the ".join(map(str, changed[0]))
        return [self.finding("given-changed", "as before", "changed", which=which)]

    def _shares(self, seen: list[Evidence]) -> list[Finding]:
        shared = [made["shared"][0] for made in seen if made["shared"]]
        if not shared:
            return []
        result, _, given = str(shared[0]).partition(" is ")
        wanted, got = "a tensor of its own", f"the {given} itself"
        return [self.finding("shares-memory", wanted, got, result=result, given=given)]

    def _form(self, walk: Walk, made: Evidence) -> list[Finding]:
        """The findings about a step that gave something else than tensors of the right shape."""
        if findings := call_findings(self, made["call"]):
            return findings
        value = returned(made["call"])
        if value.kind != "list" or int(value.data["length"]) != 1 + len(self.memory):
            return [self.finding("not-the-parts", self.parts, value.describe())]
        for name, item in zip(("weight", *self.memory), value.items, strict=True):
            what = f"As {name}, your function"
            findings = value_findings(item, "tensor", what, shape=walk.start.shape)
            if findings and findings[0].code != "not-finite":
                return findings
        if not isinstance(made["weights"], np.ndarray) or not len(made["weights"]):
            return [self.finding("not-the-parts", self.parts, value.describe())]
        return []

    def _not_finite(self, made: Evidence) -> list[Finding]:
        for name, item in zip(("weight", *self.memory), returned(made["call"]).items, strict=True):
            if findings := value_findings(item, "tensor", f"As {name}, your function"):
                return findings
        return []

    def _wrong(
        self, walks: list[Walk], seen: list[Evidence], walk: Walk, made: Evidence, first: int
    ) -> list[Finding]:
        code = self._named(walks, seen, walk, made)
        if code == "wrong-step" and (findings := self._not_finite(made)):
            return findings[:1]
        wanted = next(islice(self._steps(self.right, walk), first, None))
        places = _telling_places(wanted, made["weights"][first])
        settings = in_words({"lr": float(walk.rates[first]), **walk.options})
        return findings_of(
            self,
            code,
            f"{_few(wanted, places)} after step {first + 1} of {STEPS} ({settings})",
            _few(made["weights"][first], places),
        )

    def _named(self, walks: list[Walk], seen: list[Evidence], walk: Walk, made: Evidence) -> str:
        """The mistake, or the two, that explain all walks; else the first to explain this one."""

        def explains(rule: Rule) -> bool:
            pairs = zip(walks, seen, strict=True)
            return all(self._first_wrong(rule, *pair) is None for pair in pairs)

        likely = [
            (code, rule) for code, rule in self.mistaken()
            if self._first_wrong(rule, walk, made) is None
        ]  # fmt: skip
        for code, rule in chain(likely, self.combined()):
            if explains(rule):
                return code
        return likely[0][0] if likely else "wrong-step"

    def _first_wrong(self, rule: Rule, walk: Walk, made: Evidence) -> int | None:
        """The first step at which the weights are not where the rule leads; None: there is none."""
        pairs = zip(made["weights"], self._steps(rule, walk), strict=False)
        for number, (got, wanted) in enumerate(pairs):
            if not equal(got, wanted, TOLERANCE):
                return number
        return None

    def _steps(self, rule: Rule, walk: Walk) -> Iterator[np.ndarray]:
        """The weights after each step of a rule."""
        state = [walk.start, *(np.zeros_like(walk.start) for _ in self.memory)]
        with np.errstate(all="ignore"):
            for number, gradient in enumerate(walk.gradients):
                numbers = self._numbers(number, walk.rates)
                state = list(rule(state[0], gradient, *state[1:], *numbers, **walk.options))
                yield state[0]


def _tensors(value: object, count: int, shape: torch.Size) -> list[torch.Tensor] | None:
    """The tensors of one shape in a pair or triple; None for anything else."""
    if not isinstance(value, list | tuple) or len(value) != count:
        return None
    for item in value:
        if not isinstance(item, torch.Tensor) or item.shape != shape or item.device.type != "cpu":
            return None
        if item.layout != torch.strided or not item.is_floating_point():
            return None
    return list(value)


def _shared(
    after: list[torch.Tensor],
    given: list[torch.Tensor],
    results: tuple[str, ...],
    names: tuple[str, ...],
) -> set[str]:
    """Which results are no new tensors: `velocity is gradient`."""
    return {
        f"{result} is {name}"
        for result, tensor in zip(results, after, strict=True)
        for name, old in zip(names, given, strict=True)
        if tensor.untyped_storage().data_ptr() == old.untyped_storage().data_ptr()
    }


def _telling_places(wanted: np.ndarray, got: np.ndarray) -> np.ndarray:
    """Three places at which the weights differ most, in their order."""
    with np.errstate(all="ignore"):
        apart = np.nan_to_num(np.abs(got - wanted).ravel(), nan=np.inf)
    return np.sort(np.argsort(-apart, kind="stable")[:3])


def _few(weights: np.ndarray, places: np.ndarray) -> str:
    """Some of the weights, with the digits that twenty small steps need."""
    text = ", ".join(f"{float(value):.7g}" for value in weights.ravel()[places])
    return text + (", …" if weights.size > len(places) else "")
