"""The models of unfreeze.unfreeze_next, what is seen call by call, and what should happen."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, draw_until
from helpers.checks.networks import (
    attempt,
    densenet_like,
    freeze_all_but,
    known_gradients,
    moved,
    norm_parameters,
    resnet_like,
    step_with,
    trainable,
    values_of,
    within,
)
from helpers.checks.observe import observe_call

MOMENTUM = 0.9


@dataclass(frozen=True)
class Case:
    """A model of which the last named parts learn already, one group of the optimizer each.

    Each call unfreezes one more part; the last call finds nothing left.
    """

    model: nn.Module
    names: tuple[str, ...]
    start_rates: tuple[float, ...]
    call_rates: tuple[float, ...]

    @property
    def learning(self) -> tuple[str, ...]:
        """The parts that learn in the beginning."""
        return self.names[-len(self.start_rates) :]

    @property
    def next_parts(self) -> list[str]:
        """The part that each call should unfreeze, but the last one, which finds none."""
        return list(self.names[: -len(self.start_rates)][::-1])


def cases(seed: int) -> list[Case]:
    """Three models with parts that wait."""
    return [
        draw_until(seed, f"next-{k}", draw, _telling)
        for k, draw in enumerate((_resnet, _densenet, _norms_frozen))
    ]


def observed(answer: Answer, case: Case, generator: np.random.Generator) -> list[Evidence]:
    """One call after another, a training step with known gradients after each; up to an error."""
    model = case.model
    groups = [
        {
            "params": [p for p in model.get_submodule(part).parameters() if p.requires_grad],
            "lr": rate,
        }
        for part, rate in zip(case.learning, case.start_rates, strict=True)
    ]
    optimizer = torch.optim.SGD(groups, lr=case.start_rates[-1], momentum=MOMENTUM, nesterov=True)
    known = known_gradients(model, generator)
    step_with(model, optimizer.step, known, stale=False)
    turns: list[Evidence] = []
    for lr in case.call_rates:
        before = values_of(model)
        call = observe_call(answer, model, optimizer, list(case.names), lr)
        turns.append({
            "call": call,
            "learn": attempt(lambda m: sorted(trainable(m)), model),
            "held": attempt(_held, model, optimizer),
            "rates": attempt(_rates, model, optimizer),
            "written": attempt(moved, before, model),
            "ways": attempt(
                step_with, model, optimizer.step, known_gradients(model, generator), False
            ),
        })  # fmt: skip
        if "raised" in call or "returned" not in call:
            break
    return turns


def _held(model: nn.Module, optimizer: torch.optim.Optimizer) -> list[str]:
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    return [name for name, p in model.named_parameters() if id(p) in held]


def _rates(model: nn.Module, optimizer: torch.optim.Optimizer) -> np.ndarray:
    """The rate of every parameter of the model; -1 for one that the optimizer does not hold."""
    rates = {id(p): group["lr"] for group in optimizer.param_groups for p in group["params"]}
    return np.nan_to_num(np.array([float(rates.get(id(p), -1)) for p in model.parameters()]))


#: How far each parameter moves, by name; flat.
Ways = dict[str, np.ndarray]


class Expected:
    """What should happen, call by call: who learns, at which rate, with which momentum."""

    def __init__(self, case: Case, generator: np.random.Generator) -> None:
        self.case, self.generator = case, generator
        self.rates = {
            name: rate
            for part, rate in zip(case.learning, case.start_rates, strict=True)
            for name in sorted(within(case.model, [part]) & trainable(case.model))
        }
        self.momenta: Ways = {}
        self.waiting = list(case.next_parts)
        self.before = self.learn = set(self.rates)
        self.gradients: Ways = {}
        self.draw()
        self.step()

    def draw(self) -> None:
        self.gradients = {
            name: values.ravel()
            for name, values in known_gradients(self.case.model, self.generator).items()
        }

    def call(self, lr: float) -> str | None:
        """The part that this call should unfreeze, if any."""
        self.before = set(self.rates)
        part = self.waiting.pop(0) if self.waiting else None
        if part is not None:
            self.rates |= dict.fromkeys(sorted(within(self.case.model, [part])), lr)
        self.learn = set(self.rates)
        self.draw()
        return part

    def step(self) -> Ways:
        """How far each parameter should move: SGD with Nesterov momentum."""
        ways = {}
        for name, rate in self.rates.items():
            gradient = self.gradients[name]
            momentum = MOMENTUM * self.momenta.get(name, np.zeros_like(gradient)) + gradient
            self.momenta[name] = momentum
            ways[name] = -rate * (gradient + MOMENTUM * momentum)
        return ways

    def by_name(self, ways: list[np.ndarray]) -> Ways:
        """What was measured; the shapes are made sure of."""
        named = dict(zip(self.gradients, ways, strict=True))
        if any(named[name].shape != values.shape for name, values in self.gradients.items()):
            raise ValueError("the ways do not fit the model")
        return named


def _telling(case: Case) -> bool:
    rates = sorted((*case.start_rates, *case.call_rates))
    return all(b / a > 1.05 for a, b in pairwise(rates))


def _resnet(generator: np.random.Generator) -> Case:
    """The head learns; layer1, a stage in between and layer10 are frozen."""
    model = resnet_like(generator)
    names = ("layer1", f"layer{int(generator.integers(2, 10))}", "layer10", "fc")
    return _case(model, names, 1, generator)


def _densenet(generator: np.random.Generator) -> Case:
    """The classifier and the last norm learn, at two rates; a block and two transitions wait."""
    model = densenet_like(generator)
    names = ("transition1", "denseblock2", "transition2", "norm5")
    return _case(model, (*(f"features.{name}" for name in names), "classifier"), 2, generator)


def _norms_frozen(generator: np.random.Generator) -> Case:
    """The head and a stage whose BatchNorms are kept frozen learn; two stages wait."""
    names = ("layer2", "layer5", f"layer{int(generator.integers(6, 10))}", "fc")
    return _case(resnet_like(generator), names, 2, generator, norms_learn=False)


def _case(
    model: nn.Module,
    names: tuple[str, ...],
    learning: int,
    generator: np.random.Generator,
    norms_learn: bool = True,
) -> Case:
    frozen = set() if norms_learn else norm_parameters(model)
    freeze_all_but(model, within(model, names[-learning:]) - frozen)
    start = tuple(round(float(rate), 3) for rate in generator.uniform(0.05, 0.3, learning))
    calls = len(names) - learning + 1
    rates = tuple(round(float(rate), 4) for rate in generator.uniform(0.002, 0.04, calls))
    return Case(model, names, start, rates)
