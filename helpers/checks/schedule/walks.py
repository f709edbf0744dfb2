"""Optimizers as functions: an answer walks twenty steps, compared with rules.

A rule is a function with the parameters of the answer, for arrays. There is the right one, and one
for each way of getting it wrong. Only where the weights go is compared: an answer may keep its
memory in a form of its own, as long as it gets along with it.
"""

import abc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding
from helpers.checks.reading import (
    call_findings,
    returned,
    value_findings,
)
from helpers.checks.schedule.calling import call_with, equal, in_words

Rule = Callable[..., tuple[np.ndarray, ...]]
STEPS = 20
TOLERANCE = 1e-6


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
            weights.append(state[0].double().numpy())
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
            if findings := self._form(walk, made):
                return findings
            if made["changed"]:
                which = " and the ".join(map(str, made["changed"]))
                return [self.finding("given-changed", "as before", "changed", which=which)]
            first = self._first_wrong(self.right, walk, made)
            if first is not None:
                return [self._wrong(walks, seen, walk, made, first)]
            if len(made["weights"]) < STEPS:
                return self._not_finite(made) or [self.finding("wrong-step")]
        for made in seen:
            if made["shared"]:
                result, _, given = str(made["shared"][0]).partition(" is ")
                return [self.finding("shares-memory", result=result, given=given)]
        return []

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
    ) -> Finding:
        code = "wrong-step"
        for likely, rule in self.mistaken():
            if self._first_wrong(rule, walk, made) is not None:
                continue
            pairs = zip(walks, seen, strict=True)
            if all(self._first_wrong(rule, *pair) is None for pair in pairs):
                code = likely
                break
            code = likely if code == "wrong-step" else code
        if code == "wrong-step" and (findings := self._not_finite(made)):
            return findings[0]
        wanted = next(islice(self._steps(self.right, walk), first, None))
        settings = in_words({"lr": float(walk.rates[first]), **walk.options})
        return self.finding(
            code,
            f"{_few(wanted)} after step {first + 1} of {STEPS} ({settings})",
            _few(made["weights"][first]),
        )

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


def _few(weights: np.ndarray) -> str:
    """The first weights, with the digits that twenty small steps need."""
    values = weights.ravel()
    text = ", ".join(f"{float(value):.7g}" for value in values[:3])
    return text + (", …" if values.size > 3 else "")
