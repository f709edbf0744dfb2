"""Exercise past.predict: probabilities of a picture and of its mirror image, averaged."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
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
from helpers.checks.watched import (
    BATCHNORMS,
    SIDE,
    WatchedModel,
    freeze_first_stage,
    modes_of,
    quiet_logits,
    statistics_of,
)

CLASSES = 4
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
        "only-flipped": Mistake(
            "These are the probabilities of the mirror images alone.",
            "what happened to the pictures as they are",
        ),
        "upside-down": Mistake(
            "The pictures are flipped top to bottom. In the garden flowers are not upside down.",
            "which dimension of [B, 3, H, W] goes from left to right",
        ),
        "turned-around": Mistake(
            "The pictures are flipped both ways, which turns them by half a circle.",
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
            "These are averaged logits, not probabilities: they do not add up to 1 for a picture.",
            "what makes probabilities of logits",
        ),
        "averages-logits": Mistake(
            "The logits were averaged, and then made into probabilities. The task asks for the "
            "average of two probabilities, which is something else.",
            "the order of softmax and mean",
        ),
        "softmax-over-pictures": Mistake(
            "The softmax goes over the pictures: the numbers of one class add up to 1 over the "
            "batch.",
            "the dim of the softmax: [B, classes], and it is the classes that compete",
        ),
        "softmax-twice": Mistake(
            "The softmax was applied twice, which flattens the probabilities.",
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
            "The larger of the two probabilities is taken instead of their average.",
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
    }

    def inputs(self, seed: int) -> list[_Case]:
        """Several pictures in evaluation mode and in training with a frozen stage; and one."""
        first = draw_until(seed, "predict-0", lambda rng: self._draw(rng, 7), self._telling)
        second = draw_until(seed, "predict-1", lambda rng: self._draw(rng, 5), self._telling)
        single = draw_until(seed, "predict-2", lambda rng: self._draw(rng, 1), lambda _: True)
        first.model.eval()
        freeze_first_stage(second.model)
        single.model.train()
        return [first, second, single]

    @staticmethod
    def _draw(rng: np.random.Generator, pictures: int) -> _Case:
        model = WatchedModel(rng, CLASSES)
        return _Case(model, torch.from_numpy(rng.normal(size=(pictures, 3, SIDE, SIDE))).float())

    def _telling(self, case: _Case) -> bool:
        results = list(_results(case).values())
        return all(
            float((one - other).abs().max()) > _APART
            for place, one in enumerate(results)
            for other in results[:place]
        )

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"runs": [self._run(answer, case) for case in self.inputs(seed)]}

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
            "changed": not torch.equal(images, case.images),
        }

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        for run, case in zip(evidence["runs"], self.inputs(seed), strict=True):
            findings = call_findings(self, run["call"])
            if not findings:
                value, wanted = returned(run["call"]), _results(case)
                findings = self._mode_while_predicting(run) or self._form(value, wanted)
                trusted = not findings
                if any(step["graph"] for step in run["passes"]):
                    findings.append(self.finding("builds-a-graph"))
                if trusted:
                    findings += self._values(value, wanted)
                findings += self._afterwards(run)
            if findings:
                return findings
        return []

    def _form(self, value: Seen, wanted: dict[str, torch.Tensor]) -> list[Finding]:
        pictures = len(wanted["right"])
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
        findings = []
        if "dropout" in training:
            findings.append(self.finding("left-in-training-mode"))
        if run["moved"] > 0 or (training & BATCHNORMS and not findings):
            got = f"running statistics moved by up to {number_text(run['moved'])}"
            findings.append(self.finding("moves-batchnorm-statistics", "no change", got))
        return findings

    def _values(self, value: Seen, wanted: dict[str, torch.Tensor]) -> list[Finding]:
        near = [
            code
            for code, result in wanted.items()
            if np.allclose(value.values, result.numpy(), rtol=0, atol=_TOLERANCE)
        ]
        code = near[0] if near else "wrong-values"
        if code == "right":
            return []
        right = f"{numbers_text(wanted['right'][0].numpy())} for the first picture"
        return [self.finding(code, right, numbers_text(value.values[0]))]

    def _afterwards(self, run: Evidence) -> list[Finding]:
        findings = []
        if run["changed"]:
            findings.append(self.finding("images-changed"))
        if story := mode_story(run["before"], run["after"]):
            findings.append(self.finding("mode-not-restored", story=story))
        if not run["gradients"]:
            findings.append(self.finding("gradients-left-off"))
        return findings


def _results(case: _Case) -> dict[str, torch.Tensor]:
    """The right probabilities [B, C], and what each mistake makes of them; as float64."""

    def logits(*flipped: int) -> torch.Tensor:
        return quiet_logits(case.model, case.images.flip(flipped)).double()

    def both(*flipped: int) -> torch.Tensor:
        return (plain + logits(*flipped).softmax(1)) / 2

    plain, mirrored = logits().softmax(1), logits(3).softmax(1)
    right = (plain + mirrored) / 2
    mean = (logits() + logits(3)) / 2
    logarithms = (plain.log() + mirrored.log()) / 2
    return {
        "right": right,
        "no-flip": plain,
        "only-flipped": mirrored,
        "upside-down": both(2),
        "turned-around": both(2, 3),
        "flips-the-channels": both(1),
        "logits-not-probabilities": mean,
        "averages-logits": mean.softmax(1),
        "softmax-twice": right.softmax(1),
        "log-probabilities": logarithms,
        "sum-not-mean": plain + mirrored,
        "takes-the-larger": torch.maximum(plain, mirrored),
    } | (_among_pictures(plain, logits(), logits(3)) if len(plain) > 1 else {})


def _among_pictures(
    plain: torch.Tensor, logits: torch.Tensor, mirrored: torch.Tensor
) -> dict[str, torch.Tensor]:
    """Mistakes that mix up pictures: with one picture alone they do not show."""
    return {
        "softmax-over-pictures": (logits.softmax(0) + mirrored.softmax(0)) / 2,
        "flips-the-batch": (plain + plain.flip(0)) / 2,
    }
