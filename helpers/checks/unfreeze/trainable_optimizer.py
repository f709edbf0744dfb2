"""Exercise unfreeze.trainable_optimizer: SGD with Nesterov momentum for what is not frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.networks import (
    attempt,
    densenet_like,
    freeze_all_but,
    known_gradients,
    names_text,
    norm_parameters,
    parts_of,
    resnet_like,
    step_with,
    trainable,
    values_of,
    within,
)
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import call_findings, number_text, returned
from helpers.checks.several import MOST

MOMENTUM = 0.9
STEPS = 3


@dataclass(frozen=True)
class _Case:
    """A model of which some parts are frozen, a learning rate, the gradients of each step."""

    model: nn.Module
    lr: float
    steps: tuple[dict[str, np.ndarray], ...]


class TrainableOptimizer(Exercise):
    """trainable_optimizer(model, lr) -> SGD, momentum 0.9, Nesterov, trainable parameters only."""

    id = "unfreeze.trainable_optimizer"
    parameters = ("model", "lr")
    checked = (
        "three steps with known gradients move every trainable parameter as SGD with Nesterov "
        "momentum 0.9 does at your rate, and no frozen one, not even by an old gradient"
    )
    mistakes: ClassVar = {
        "not-an-optimizer": Mistake(
            "What your function gives back cannot take a training step.",
            "the return line: the optimizer itself, alone",
        ),
        "empty-parameter-list": Mistake(
            "Your optimizer got an empty list of parameters, although some can be trained.",
            "whether something walked through the parameters before: what filter(...) and "
            "(... for ...) give can be used only once",
        ),
        "frozen-parameters-move": Mistake(
            "Frozen parameters move: {story}. They are frozen, but they still hold a gradient from "
            "before, and the optimizer uses every gradient it finds.",
            "which parameters the optimizer is built over",
        ),
        "freezing-changed": Mistake(
            "Your function freezes or unfreezes parameters itself: {story}. It should take the "
            "model as it is.",
            "every line that sets requires_grad",
        ),
        "nothing-moves": Mistake(
            "A training step moves nothing at all.",
            "which parameters, and which rate, the optimizer was given",
        ),
        "biases-left-out": Mistake(
            "The biases do not move, although they can be trained: {story}.",
            "the condition by which you choose parameters",
        ),
        "batchnorm-left-out": Mistake(
            "BatchNorm's parameters do not move, although they can be trained: {story}.",
            "the condition by which you choose parameters",
        ),
        "head-only": Mistake(
            "Only the head moves, although other parts can be trained too: {story}.",
            "which part of the model you ask for its parameters",
        ),
        "trainable-left-out": Mistake(
            "Parameters that can be trained do not move: {story}.",
            "the condition by which you choose parameters",
        ),
        "not-sgd": Mistake(
            "The steps are not those of SGD: their length hardly depends on the gradient. An "
            "optimizer such as Adam divides by the size of the gradient.",
            "which optimizer the task asks for",
        ),
        "weight-decay": Mistake(
            "Besides following the gradient, each step shrinks the weights. That is weight decay, "
            "which comes in a later lesson.",
            "the arguments of the optimizer",
        ),
        "no-momentum": Mistake(
            "The second step remembers nothing of the first one: there is no momentum.",
            "the arguments of the optimizer",
        ),
        "no-nesterov": Mistake(
            "There is momentum, but without Nesterov's look ahead: a step should use the momentum "
            "as it will be after the new gradient.",
            "the arguments of the optimizer",
        ),
        "damped": Mistake(
            "New gradients enter your momentum only in part. They should enter whole.",
            "the arguments of the optimizer",
        ),
        "wrong-momentum": Mistake(
            "Your momentum is not the one of the task.", "the arguments of the optimizer"
        ),
        "hard-coded-rate": Mistake(
            "The rate is the same number whatever lr is.",
            "where the argument lr is used in your function",
        ),
        "wrong-rate": Mistake(
            "The learning rate is not the lr that your function was given.",
            "where the argument lr is used in your function",
        ),
        "upwards": Mistake(
            "The parameters move up the slope: each step makes the loss larger.",
            "the sign of the step",
        ),
        "uneven": Mistake(
            "Not all parameters move at the same rate: {story}.",
            "whether parameters are in several groups, or twice in one",
        ),
        "wrong-step": Mistake(
            "The steps are not those of SGD with Nesterov momentum.",
            "the optimizer's arguments, one by one",
        ),
        "step-fails": Mistake(
            "A training step with your optimizer stops with an error.",
            "what the optimizer was built from",
        ),
    }

    def inputs(self, seed: int) -> list[_Case]:
        first, second = (
            draw_until(seed, f"optimizer-{k}", draw, _telling)
            for k, draw in enumerate((_resnet, _densenet))
        )
        return [first, second]

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for case in self.inputs(seed):
            for name, parameter in case.model.named_parameters():
                parameter.grad = None if parameter.requires_grad else _tensor(case.steps[0][name])
            call, optimizer = call_and_keep(answer, case.model, case.lr)
            learning = attempt(lambda model: sorted(trainable(model)), case.model)
            runs.append({
                "call": call,
                "trainable": learning,
                "steps": [attempt(_step, case.model, optimizer, known) for known in case.steps],
            })  # fmt: skip
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        cases = self.inputs(seed)
        who: list[Finding] = []
        found: list[Finding] = []
        rates = []
        for run, case in zip(evidence["runs"], cases, strict=True):
            findings = self._call(run, case) or self._who_moves(run, case)
            if findings and (
                findings[0].code != "frozen-parameters-move" or _stand_still(run, case)
            ):
                return findings
            who = who or findings
            step = _Fit(run, case)
            rates.append(step.rate)
            found = found or self._how(step, case)
        if abs(rates[0] - rates[1]) < 1e-6 * abs(rates[0]):
            found = [self._whatever_lr(f) if f.code == "wrong-rate" else f for f in found]
        return (who + found)[:MOST]

    def _whatever_lr(self, finding: Finding) -> Finding:
        """The finding about a rate that is the same for both of the rates asked for."""
        return self.finding("hard-coded-rate", finding.expected, finding.got)

    def _call(self, run: Evidence, case: _Case) -> list[Finding]:
        raised = run["call"].get("raised", {})
        if raised.get("type") == "ValueError" and "empty parameter list" in str(raised["message"]):
            details = str(raised["trace"])
            wanted, got = "the parameters that can be trained", str(raised["message"])
            return [self.finding("empty-parameter-list", wanted, got, details)]
        if findings := call_findings(self, run["call"]):
            return findings
        if "value" not in run["trainable"]:
            return [self.finding("step-fails", "a step", str(run["trainable"]["error"]))]
        changed = trainable(case.model) ^ set(run["trainable"]["value"])
        if changed:
            story = names_text(sorted(changed))
            return [self.finding("freezing-changed", "as it was", story, story=story)]
        for step in run["steps"]:
            if "error" in step:
                value = returned(run["call"])
                if "has no attribute 'step'" in step["error"] or value.kind != "other":
                    wanted = "an optimizer"
                    return [self.finding("not-an-optimizer", wanted, value.describe())]
                return [self.finding("step-fails", "a step", str(step["error"]))]
        return []

    def _who_moves(self, run: Evidence, case: _Case) -> list[Finding]:
        names = list(case.steps[0])
        first = _ways(run["steps"][0], case)
        last = _ways(run["steps"][-1], case)
        movers = {n for n, a, b in zip(names, first, last, strict=True) if a.any() or b.any()}
        wanted = trainable(case.model)
        if extra := [name for name in names if name in movers - wanted]:
            story = names_text(extra)
            return [self.finding("frozen-parameters-move", "they stay", "moved", story=story)]
        lacking = [name for name in names if name in wanted - movers]
        if not lacking:
            return []
        head, norms = within(case.model, ["fc", "classifier"]), norm_parameters(case.model)
        code = "trainable-left-out"
        for likely, stay in (
            ("nothing-moves", wanted),
            ("head-only", wanted - head),
            ("biases-left-out", {name for name in wanted if name.endswith("bias")}),
            ("batchnorm-left-out", wanted & norms),
        ):
            if set(lacking) == stay:
                code = likely
                break
        story = names_text(lacking)
        return [self.finding(code, "they move", "they stay", story=story)]

    def _how(self, fit: "_Fit", case: _Case) -> list[Finding]:
        return [self._step(code, fit, case) for code in fit.verdict(case.lr)]

    def _step(self, code: str, fit: "_Fit", case: _Case) -> Finding:
        expected, got = "SGD, momentum 0.9, Nesterov", _KINDS_OF_STEPS.get(code, "")
        if code in ("wrong-rate", "upwards"):
            expected, got = number_text(case.lr), number_text(fit.rate)
        elif code == "wrong-momentum":
            expected, got = number_text(MOMENTUM), number_text(fit.momentum)
        elif code == "weight-decay":
            expected, got = "0", number_text(fit.decay)
        elif code == "uneven":
            return self.finding(code, "one rate for all", "several rates", story=fit.story)
        return self.finding(code, expected, got)


class _Fit:
    """What the steps say about the optimizer: rate, momentum and decay, fitted to the ways.

    SGD moves by -rate * (a * gradient + b * last gradient + c * the one before), where these depend
    on momentum m and Nesterov: with both 1 + m, m * m and m * m * m, without Nesterov 1, m and
    m * m. So the older gradients tell m, and the share of the last one tells Nesterov. Decay adds a
    multiple of the weights to each gradient.
    """

    def __init__(self, run: Evidence, case: _Case) -> None:
        chosen = trainable(case.model)
        names = [name for name in case.steps[0] if name in chosen]
        start = values_of(case.model)
        first, second, third = (
            [way for way, name in zip(_ways(step, case), case.steps[0], strict=True)
             if name in chosen] for step in run["steps"]
        )  # fmt: skip
        here = [start[name].ravel() for name in names]
        g1, g2, g3 = ([step[name].ravel() for name in names] for step in case.steps)
        after = [a + b for a, b in zip(here, first, strict=True)]
        later = [a + b for a, b in zip(after, second, strict=True)]
        a1, decay, rest_1 = _solve([g1, here], first)
        a2, b2, _, rest_2 = _solve([g2, g1, after], second)
        a3, b3, c3, _, rest_3 = _solve([g3, g2, g1, later], third)
        self.bad = max(rest_1, rest_2, rest_3) > 1e-6
        sizes = [np.abs(way).std() / np.abs(way).mean() for way in first if way.size > 1]
        self.alike = bool(max(sizes) < 0.05)
        ratios = [float(-np.median(way / g)) for way, g in zip(first, g1, strict=True)]
        typical = float(np.median(ratios))
        other = [n for n, r in zip(names, ratios, strict=True) if abs(r - typical) > 1e-6 * abs(r)]
        each = [np.ptp(way / g) < 1e-6 * abs(typical) for way, g in zip(first, g1, strict=True)]
        self.uneven = bool(other) and all(each)
        self.story = names_text(other)
        self.damped = abs(a2 - a1) > 1e-6 * abs(a1)  # the second gradient counts less
        # From here on relative to the newest gradient, which has no memory in it.
        self.share = b2 / a2 if a2 else 0.0
        self.momentum = c3 / b3 if abs(self.share) > 1e-6 and b3 else 0.0
        m, last = self.momentum, a3 and b3 / a3
        self.plain = abs(self.share - m) < 1e-5 and abs(last - m) < 1e-5
        ahead = m * m / (1 + m) if m > -1 else 0.0
        self.nesterov = abs(self.share - ahead) < 1e-5 and abs(last - ahead) < 1e-5
        self.rate = a2 if self.plain else a2 / (1 + m)
        self.decay = decay / a1 if a1 else 0.0

    def verdict(self, lr: float) -> list[str]:
        """The codes of the mistakes these steps show, most basic first."""
        if self.alike:
            return ["not-sgd"]
        if self.bad:
            return ["uneven" if self.uneven else "wrong-step"]
        if abs(self.decay) > 1e-6:
            return ["weight-decay"]
        if self.damped:
            return ["damped"]
        if not self.plain and not self.nesterov:
            return ["wrong-step"]
        codes = []
        if abs(self.momentum) < 1e-6:
            codes.append("no-momentum")
        else:
            codes += ["no-nesterov"] if not self.nesterov else []
            codes += ["wrong-momentum"] if abs(self.momentum - MOMENTUM) > 1e-5 else []
        if abs(self.rate - lr) > 1e-6 * lr:
            codes.append("upwards" if self.rate < 0 else "wrong-rate")
        return codes


#: What the steps look like, where no number says it.
_KINDS_OF_STEPS = {
    "not-sgd": "steps of nearly one length, whatever the gradient",
    "no-momentum": "no momentum",
    "no-nesterov": "momentum without Nesterov",
    "damped": "momentum that takes in only a part of each new gradient",
    "wrong-step": "steps of another kind",
}


def _solve(causes: Sequence[Sequence[np.ndarray]], ways: Sequence[np.ndarray]) -> tuple[float, ...]:
    """Least squares: minus how much of each cause is in the ways, and the share left over."""
    columns = np.stack([np.concatenate(cause) for cause in causes], axis=1)
    target = np.concatenate(ways)
    factors = np.linalg.lstsq(columns, target, rcond=None)[0]
    rest = np.abs(columns @ factors - target).max() / max(np.abs(target).max(), 1e-12)
    return (*(-float(factor) for factor in factors), float(rest))


def _ways(step: Evidence, case: _Case) -> list[np.ndarray]:
    """How far each parameter moved, in the order of the gradients; shapes are made sure of."""
    ways = [np.asarray(way, dtype=np.float64) for way in step["value"]]
    if [way.shape for way in ways] != [(known.size,) for known in case.steps[0].values()]:
        raise ValueError("the ways do not fit the model")
    return ways


def _stand_still(run: Evidence, case: _Case) -> bool:
    """Whether a parameter that can be trained does not move in the first step."""
    chosen = trainable(case.model)
    ways = zip(case.steps[0], _ways(run["steps"][0], case), strict=True)
    return any(name in chosen and not way.any() for name, way in ways)


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(values.copy())


def _step(model: nn.Module, optimizer: Any, known: dict[str, np.ndarray]) -> list[np.ndarray]:
    return step_with(model, optimizer.step, known, stale=True)


def _telling(case: _Case) -> bool:
    """Head, norms, biases and other parts are trainable; some parts of each kind are not."""
    learn = trainable(case.model)
    head, norms = within(case.model, ["fc", "classifier"]), norm_parameters(case.model)
    biases = {name for name in learn if name.endswith("bias")}
    kinds = (learn & norms - biases, biases - norms, learn - norms - head - biases)
    return learn > head and all(kinds) and len(learn) < len(case.steps[0]) - 2


def _resnet(generator: np.random.Generator) -> _Case:
    return _case(resnet_like(generator), generator)


def _densenet(generator: np.random.Generator) -> _Case:
    return _case(densenet_like(generator), generator)


def _case(model: nn.Module, generator: np.random.Generator) -> _Case:
    head = parts_of(model, 1)[-1]
    parts = [part for part in parts_of(model, 2) if generator.random() < 0.5]
    freeze_all_but(model, within(model, [*parts, head]))
    # Not a round number, which somebody might have written where lr belongs.
    lr = round(round(float(generator.uniform(0.01, 0.2)), 3) + 0.0007, 4)
    steps = tuple(known_gradients(model, generator) for _ in range(STEPS))
    return _Case(model, lr, steps)
