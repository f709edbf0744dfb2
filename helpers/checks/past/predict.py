"""Exercise past.predict: probabilities of a picture and of its mirror image, averaged."""

import random
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until, rng
from helpers.checks.observe import observe_call
from helpers.checks.reading import (
    Seen,
    call_findings,
    mode_story,
    number_text,
    numbers_text,
    returned,
    shape_text,
    value_findings,
)
from helpers.checks.several import MOST, first_of
from helpers.checks.watched import (
    BATCHNORMS,
    SIDE,
    WatchedModel,
    freeze_first_stage,
    modes_of,
    quiet_logits,
    statistics_of,
    trainable,
)

CLASSES = 4
#: Calls with the same pictures: a flip that is left to chance escapes once in hundreds.
REPEATS = 9
_TOLERANCE = 1e-4
_APART = 0.01


@dataclass(frozen=True)
class _Case:
    """A model and the pictures [B, 3, 6, 6] it is shown."""

    model: WatchedModel
    images: torch.Tensor


class Predict(Exercise):
    """predict(model, images [B, 3, H, W]) -> probabilities [B, C], mirror images averaged in."""

    id = "past.predict"
    parameters = ("model", "images")
    checked = (
        "probabilities averaged over each picture and its mirror image, for many pictures and for "
        "one, in evaluation mode, no graph, model and pictures left as they were"
    )
    mistakes: ClassVar = {
        "left-in-training-mode": Mistake(
            "The model was in training mode while it predicted: dropout switched off random "
            "features, so every call gives another result.",
            "which mode the model must be in before it sees the pictures",
        ),
        "moves-batchnorm-statistics": Mistake(
            "Predicting changed the model: BatchNorm was in training mode and updated its running "
            "statistics with the pictures you only wanted to name.",
            "which mode every layer must be in before the model sees the pictures",
        ),
        "builds-a-graph": Mistake(
            "Your function records everything for a backward pass that never comes. That costs "
            "memory and time.",
            "how to tell torch that no gradients are needed here",
        ),
        "no-flip": Mistake(
            "These are the probabilities of the pictures alone. The mirror images make no "
            "difference to them.",
            "what the second half of the average should be",
        ),
        "left-to-chance": Mistake(
            "Your function gives other probabilities each time it sees the same pictures.",
            "whether the flip is random: every picture needs its mirror image, every time",
        ),
        "only-flipped": Mistake(
            "These are the probabilities of the mirror images alone.",
            "what happened to the pictures as they are",
        ),
        "upside-down": Mistake(
            "Your function flips the pictures top to bottom. In the garden flowers are not upside "
            "down.",
            "which dimension of [B, 3, H, W] goes from left to right",
        ),
        "turned-around": Mistake(
            "Your function flips the pictures both ways, which turns them by half a circle.",
            "which dimensions you flip: from left to right is one of them",
        ),
        "flips-the-batch": Mistake(
            "Your function turns the order of the pictures around, so that each is averaged with "
            "another one.",
            "which dimension of [B, 3, H, W] you flip",
        ),
        "flips-the-channels": Mistake(
            "Your function turns the order of the colours around: red becomes blue.",
            "which dimension of [B, 3, H, W] goes from left to right",
        ),
        "logits-not-probabilities": Mistake(
            "These are logits, not probabilities: they do not add up to 1 for a picture.",
            "what makes probabilities of logits",
        ),
        "averages-logits": Mistake(
            "Your function averages the logits, and then makes probabilities of them. The task "
            "asks for the average of two probabilities, which is something else.",
            "the order of softmax and mean",
        ),
        "softmax-over-pictures": Mistake(
            "The softmax goes over the pictures: the numbers of one class add up to 1 over the "
            "batch.",
            "the dim of the softmax: [B, classes], and it is the classes that compete",
        ),
        "softmax-twice": Mistake(
            "Your function applies the softmax twice, which flattens the probabilities.",
            "where probabilities go into a function that expects logits",
        ),
        "log-probabilities": Mistake(
            "These are logarithms of probabilities, or averages of them.",
            "the difference between softmax and log_softmax",
        ),
        "sum-not-mean": Mistake(
            "The numbers of a picture add up to 2: two sets of probabilities, summed.",
            "what is left to do with a sum of two",
        ),
        "takes-the-larger": Mistake(
            "Your function takes the larger of the two probabilities instead of their average.",
            "how the two sets of probabilities become one",
        ),
        "both-not-averaged": Mistake(
            "There are twice as many rows as pictures: the mirror images have rows of their own.",
            "how the two rows of one picture become one",
        ),
        "loses-the-batch": Mistake(
            "For a single picture your function drops the dimension of the batch. One picture is "
            "a batch of one.",
            "what squeeze() or an index [0] does where there is one picture only",
        ),
        "classes-not-probabilities": Mistake(
            "Your function gives one class for each picture. The task asks for the probability of "
            "every class.",
            "the return line: what an argmax throws away",
        ),
        "wrong-values": Mistake(
            "These are not the averaged probabilities.",
            "two pictures, by hand: softmax of both, then their mean",
        ),
        "images-changed": Mistake(
            "Your function changed the pictures it was given.",
            "operations that end in an underscore, and assignments into images",
        ),
        "mode-not-restored": Mistake(
            "{story}", "the modes before you begin: note them, for every module, and put them back"
        ),
        "gradients-left-off": Mistake(
            "After your function, gradients stay switched off for everybody: the next training "
            "step would fail.",
            "a way to switch gradients off that ends by itself",
        ),
        "left-frozen": Mistake(
            "After your function the parameters of the model are frozen: it would never learn "
            "again.",
            "a way to switch gradients off that leaves the parameters alone",
        ),
    }

    def inputs(self, seed: int) -> list[_Case]:
        """Several pictures in evaluation mode and in training with a frozen stage; and one."""
        first = draw_until(seed, "predict-0", lambda r: self._draw(r, 7), self._telling)
        second = draw_until(seed, "predict-1", lambda r: self._draw(r, 5), self._telling)
        single = draw_until(seed, "predict-2", lambda r: self._draw(r, 1), lambda _: True)
        first.model.eval()
        freeze_first_stage(second.model)
        single.model.train()
        return [first, second, single]

    @staticmethod
    def _draw(generator: np.random.Generator, pictures: int) -> _Case:
        model = WatchedModel(generator, CLASSES)
        images = torch.from_numpy(generator.normal(size=(pictures, 3, SIDE, SIDE))).float()
        return _Case(model, images)

    def _telling(self, case: _Case) -> bool:
        results = list(_results(case).values())
        return all(
            float((one - other).abs().max()) > _APART
            for place, one in enumerate(results)
            for other in results[:place]
        )

    def probe(self, answer: Answer, seed: int) -> Evidence:
        cases = self.inputs(seed)
        for start in (random.seed, np.random.seed, torch.manual_seed):
            start(int(rng(seed, "predict").integers(2**31)))
        runs = [self._run(answer, case) for case in cases]
        first, images = returned(runs[0]["call"]).values, cases[0].images
        varies = 0.0
        for _ in range(REPEATS if first.size else 0):
            again = returned(observe_call(answer, cases[0].model, images.clone())).values
            if again.shape == first.shape:
                varies = max(varies, float(np.nan_to_num(np.abs(again - first), nan=1e9).max()))
        return {"runs": runs, "varies": varies}

    @staticmethod
    def _run(answer: Answer, case: _Case) -> Evidence:
        model, images = case.model, case.images.clone()
        modes, statistics = modes_of(model), statistics_of(model)
        torch.set_grad_enabled(True)
        call = observe_call(answer, model, images)
        return {
            "call": call,
            "passes": model.log.passes,
            "before": modes,
            "after": modes_of(model),
            "moved": float(np.nan_to_num(np.abs(statistics_of(model) - statistics).max(), nan=1e9)),
            "gradients": torch.is_grad_enabled(),
            "trainable": trainable(model),
            "changed": not torch.equal(images, case.images),
        }

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        runs, cases = evidence["runs"], self.inputs(seed)
        if findings := first_of(call_findings(self, run["call"]) for run in runs):
            return findings
        forms = [
            self._form(returned(run["call"]), len(case.images))
            for run, case in zip(runs, cases, strict=True)
        ]
        modes = [self._mode_while_predicting(run) for run in runs]
        graph = []
        if any(step["graph"] for run in runs for step in run["passes"]):
            graph = [self.finding("builds-a-graph", "nothing recorded", "recorded")]
        chance = []
        if evidence["varies"] > _TOLERANCE and not first_of(modes):
            wanted, got = "the same every time", f"up to {number_text(evidence['varies'])} apart"
            chance = [self.finding("left-to-chance", wanted, got)]
        values = (
            []
            if chance
            else first_of(
                self._values(returned(run["call"]), case)
                for run, case, form, mode in zip(runs, cases, forms, modes, strict=True)
                if not form and not mode  # numbers measured in the wrong mode say nothing
            )
        )
        found = [*first_of(forms), *first_of(modes), *graph, *chance, *values]
        return [*found, *self._afterwards(runs)][:MOST]

    def _form(self, value: Seen, pictures: int) -> list[Finding]:
        if value.kind == "tensor" and value.shape == (2 * pictures, CLASSES) and pictures > 1:
            got = shape_text(value.shape)
            return [self.finding("both-not-averaged", shape_text((pictures, CLASSES)), got)]
        if value.kind == "tensor" and value.shape == (pictures,) and value.dtype == "int64":
            got = value.describe()
            return [self.finding("classes-not-probabilities", "a row for each picture", got)]
        if value.kind == "tensor" and pictures == 1 and value.shape == (CLASSES,):
            got = shape_text(value.shape)
            return [self.finding("loses-the-batch", shape_text((1, CLASSES)), got)]
        dtypes = ("float32", "float64")
        return value_findings(value, "tensor", shape=(pictures, CLASSES), dtypes=dtypes)

    def _mode_while_predicting(self, run: Evidence) -> list[Finding]:
        training = {name for step in run["passes"] for name, mode in step["modes"].items() if mode}
        if "dropout" in training:
            wanted, got = "evaluation mode while it predicts", "training mode"
            return [self.finding("left-in-training-mode", wanted, got)]
        if run["moved"] > 0 or training & BATCHNORMS:
            got = f"running statistics moved by up to {number_text(run['moved'])}"
            return [self.finding("moves-batchnorm-statistics", "no change", got)]
        return []

    def _values(self, value: Seen, case: _Case) -> list[Finding]:
        wanted = _results(case)
        near = [
            code
            for code, result in (wanted | _doubles(case)).items()
            if np.allclose(value.values, result.numpy(), rtol=0, atol=_TOLERANCE)
        ]
        code = near[0] if near else "wrong-values"
        if code == "right":
            return []
        right = f"{numbers_text(wanted['right'][0].numpy())} for the first picture"
        got = numbers_text(value.values[0])
        return [self.finding(one, right, got) for one in code.split("+")]

    def _afterwards(self, runs: list[Evidence]) -> list[Finding]:
        findings = []
        if any(run["changed"] for run in runs):
            findings.append(self.finding("images-changed", "as they were", "changed"))
        stories = [mode_story(run["before"], run["after"]) for run in runs]
        if story := next(filter(None, stories), ""):
            findings.append(self.finding("mode-not-restored", story=story))
        if not all(run["gradients"] for run in runs):
            findings.append(self.finding("gradients-left-off", "switched on again", "switched off"))
        if not all(run["trainable"] for run in runs):
            findings.append(self.finding("left-frozen", "as before", "requires_grad is False"))
        return findings


#: Which dimensions a second view is flipped along by mistake.
_VIEWS = {"no-flip": (), "upside-down": (2,), "turned-around": (2, 3), "flips-the-channels": (1,)}


def _logits(case: _Case, *flipped: int) -> torch.Tensor:
    return quiet_logits(case.model, case.images.flip(flipped)).double()


def _results(case: _Case) -> dict[str, torch.Tensor]:
    """The right probabilities [B, C], and what each mistake makes of them; as float64."""
    plain, mirrored = _logits(case), _logits(case, 3)
    results = _ways(plain, mirrored) | {"only-flipped": mirrored.softmax(1)}
    results |= {code: _ways(plain, _logits(case, *dims))["right"] for code, dims in _VIEWS.items()}
    if len(plain) > 1:  # one picture alone cannot be mixed up with another
        results["flips-the-batch"] = (plain.softmax(1) + plain.softmax(1).flip(0)) / 2
    return results


def _doubles(case: _Case) -> dict[str, torch.Tensor]:
    """What two mistakes at once give: one in the view, and one in what is made of the logits."""
    plain = _logits(case)
    return {
        f"{way}+{view}": result
        for view, dims in _VIEWS.items()
        for way, result in _ways(plain, _logits(case, *dims)).items()
        if way != "right"
    }


def _ways(one: torch.Tensor, other: torch.Tensor) -> dict[str, torch.Tensor]:
    """What becomes of the logits of two views: the right average, and each mistaken one."""
    first, second, mean = one.softmax(1), other.softmax(1), (one + other) / 2
    right = (first + second) / 2
    ways = {
        "right": right,
        "logits-not-probabilities": mean,
        "averages-logits": mean.softmax(1),
        "softmax-twice": right.softmax(1),
        "log-probabilities": (first.log() + second.log()) / 2,
        "sum-not-mean": first + second,
        "takes-the-larger": torch.maximum(first, second),
    }
    if len(one) > 1:
        ways["softmax-over-pictures"] = (one.softmax(0) + other.softmax(0)) / 2
    return ways
