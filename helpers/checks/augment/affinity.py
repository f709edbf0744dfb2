"""Exercise augment.affinity: accuracy on augmented pictures relative to clean ones."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import observe_call
from helpers.checks.reading import (
    Seen,
    apart,
    call_findings,
    close,
    mode_story,
    nearest,
    number_text,
    returned,
    value_findings,
)
from helpers.checks.several import MOST, first_of
from helpers.checks.watched import (
    WatchedModel,
    decided,
    freeze_first_stage,
    images_and_labels,
    loader,
    modes_of,
    quiet_logits,
)


@dataclass(frozen=True)
class _Case:
    """A model with clean and augmented pictures: (images, labels) each."""

    model: WatchedModel
    clean: tuple[torch.Tensor, torch.Tensor]
    augmented: tuple[torch.Tensor, torch.Tensor]
    batch_size: int = 8


class Affinity(Exercise):
    """affinity(model, clean, augmented) -> accuracy on augmented pictures relative to clean."""

    id = "augment.affinity"
    parameters = ("model", "clean", "augmented")
    checked = (
        "the ratio of the two accuracies, in evaluation mode, modes left as found, 0 when nothing "
        "clean is recognised"
    )
    mistakes: ClassVar = {
        "training-mode": Mistake(
            "The model was in training mode while you measured it. Dropout then switches off "
            "random features, and every call gives another result.",
            "which mode the model must be in before the first picture",
        ),
        "mode-not-restored": Mistake(
            "{story}", "the modes before you begin: note them, for every module, and put them back"
        ),
        "returns-tensor": Mistake(
            "The value is still wrapped in a tensor.",
            "how a tensor of one element becomes a plain Python number",
        ),
        "difference-not-ratio": Mistake(
            "Your function subtracts the two accuracies. Affinity is a ratio: 1 means that "
            "nothing is lost.",
            "the word relative in the task",
        ),
        "upside-down": Mistake(
            "Your ratio is upside down: more damage gives a larger number.",
            "which accuracy stands above, and which below",
        ),
        "drop-not-ratio": Mistake(
            "Your function returns the share that is lost. Affinity is the share that is left.",
            "what should come out if nothing is lost",
        ),
        "not-relative": Mistake(
            "That is the accuracy on augmented pictures alone. It is not yet related to the clean "
            "ones.",
            "what the accuracy on clean pictures is for",
        ),
        "counts-not-accuracies": Mistake(
            "Your function compares how many answers are right, but the two sets need not be "
            "equally large.",
            "the number of pictures in each set",
        ),
        "percent": Mistake("Your affinity is a percentage.", "the range: 1 means nothing is lost"),
        "ragged-last-batch": Mistake(
            "Each batch counts alike, although the last one has fewer pictures.",
            "what you add up in the loop, and what you divide by at the end",
        ),
        "zero-division": Mistake(
            "When the model gets no clean picture right, the affinity should be 0.",
            "what you divide by, and when it can be zero",
        ),
        "gradients-left-off": Mistake(
            "After your function, gradients stay switched off for everybody: the next training "
            "step would fail.",
            "a way to switch gradients off that ends by itself",
        ),
        "wrong-value": Mistake(
            "The affinity is not the accuracy on augmented pictures over the one on clean ones.",
            "both accuracies, one after the other",
        ),
    }

    def inputs(self, seed: int) -> list[_Case]:
        """In evaluation mode; in training with a frozen stage; one that knows no clean picture.

        The first two lose by augmentation and gain by it: an affinity may be larger than 1.
        """
        first = draw_until(seed, "affinity-0", lambda r: self._draw(r, 0.8, 0.45), self._telling)
        second = draw_until(seed, "affinity-1", lambda r: self._draw(r, 0.5, 0.8), self._telling)
        first.model.eval()
        freeze_first_stage(second.model)
        images = first.clean[0]
        wrong = (quiet_logits(first.model, images).argmax(dim=1) + 1) % 5
        return [first, second, _Case(first.model, (images, wrong), first.augmented)]

    @staticmethod
    def _draw(generator: np.random.Generator, on_clean: float, on_augmented: float) -> _Case:
        model = WatchedModel(generator, classes=5)
        clean = images_and_labels(generator, model, 19, on_clean)
        return _Case(model, clean, images_and_labels(generator, model, 21, on_augmented))

    def _telling(self, case: _Case) -> bool:
        sure = decided(case.model, case.clean[0]) and decided(case.model, case.augmented[0])
        results = self._results(case)
        return sure and abs(results["right"] - 1) > 0.1 and apart(results, 5e-3)

    @staticmethod
    def _results(case: _Case) -> dict[str, float]:
        """The right affinity, and what each mistake gives."""
        both = [
            (quiet_logits(case.model, images), labels)
            for images, labels in (case.clean, case.augmented)
        ]
        hits = [(logits.argmax(dim=1) == labels).double() for logits, labels in both]
        losses = [float(nn.functional.cross_entropy(logits, labels)) for logits, labels in both]
        clean, augmented = (float(h.mean()) for h in hits)
        by_batch = [
            float(torch.stack([part.mean() for part in h.split(case.batch_size)]).mean())
            for h in hits
        ]
        if clean == 0:
            return {"right": 0.0}
        return {
            "right": augmented / clean,
            "difference-not-ratio": augmented - clean,
            "upside-down": clean / max(augmented, 1e-6),
            "drop-not-ratio": 1 - augmented / clean,
            "not-relative": augmented,
            "counts-not-accuracies": float(hits[1].sum() / hits[0].sum()),
            "percent": 100 * augmented / clean,
            "ragged-last-batch": by_batch[1] / max(by_batch[0], 1e-6),
            "wrong-value": losses[1] / losses[0],  # what evaluate returns first
        }

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for case in self.inputs(seed):
            before = modes_of(case.model)
            torch.set_grad_enabled(True)
            case.model.log.passes.clear()
            batches = (loader(*part, case.batch_size) for part in (case.clean, case.augmented))
            call = observe_call(answer, case.model, *batches)
            runs.append({
                "call": call,
                "training": any(any(p["modes"].values()) for p in case.model.log.passes),
                "before": before,
                "after": modes_of(case.model),
                "gradients": torch.is_grad_enabled(),
            })  # fmt: skip
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        runs = evidence["runs"]
        results = [self._results(case) for case in self.inputs(seed)]
        if findings := first_of(self._called(run["call"], table) for run, table in zip(
            runs, results, strict=True
        )):  # fmt: skip
            return findings
        form = first_of(self._form(returned(run["call"])) for run in runs[:2])
        mode = []
        if any(run["training"] for run in runs):
            wanted, got = "evaluation mode while you measure", "training mode"
            mode = [self.finding("training-mode", wanted, got)]
        values = []
        if not form or form[0].code == "returns-tensor":
            values = first_of(
                self._value(returned(run["call"]), table)
                for run, table in zip(runs[:2], results, strict=False)
                if not run["training"]  # numbers measured in the wrong mode say nothing
            )
        zero = [] if runs[2]["training"] else self._zero(runs[2]["call"], bool(form or values))
        return [*form, *mode, *values, *zero, *self._afterwards(runs)][:MOST]

    def _called(self, call: Evidence, results: dict[str, float]) -> list[Finding]:
        """What is wrong with a call before any value, a division by zero left aside."""
        divided = call.get("raised", {}).get("type") == "ZeroDivisionError"
        return [] if divided and len(results) == 1 else call_findings(self, call)

    def _form(self, value: Seen) -> list[Finding]:
        if value.kind == "tensor" and value.values.size == 1:
            return [self.finding("returns-tensor", "a plain number", value.describe())]
        return value_findings(value, "number")

    def _zero(self, call: Evidence, wrong_anyway: bool) -> list[Finding]:
        """Whether a model that recognises nothing gets 0.

        Where the value is `wrong_anyway` a number other than 0 follows from that.
        """
        value = returned(call)
        if "raised" in call:
            return [self.finding("zero-division", "0", "ZeroDivisionError")]
        divided = not value.finite or abs(value.number) > 1000
        if divided or (abs(value.number) > 1e-4 and not wrong_anyway):
            return [self.finding("zero-division", "0", number_text(value.number))]
        return []

    def _afterwards(self, runs: list[Evidence]) -> list[Finding]:
        findings = []
        ended = [run for run in runs if "returned" in run["call"]]
        stories = [mode_story(run["before"], run["after"]) for run in ended]
        if story := next(filter(None, stories), ""):
            findings.append(self.finding("mode-not-restored", story=story))
        if not all(run["gradients"] for run in ended):
            findings.append(self.finding("gradients-left-off", "switched on again", "switched off"))
        return findings

    def _value(self, value: Seen, results: dict[str, float]) -> list[Finding]:
        if close(value.number, results["right"]):
            return []
        code = nearest(value.number, results) or "wrong-value"
        if code == "wrong-value" and close(-value.number, results["difference-not-ratio"]):
            code = "difference-not-ratio"
        right, augmented = results["right"], results["not-relative"]
        wanted = (
            f"{number_text(right)} (accuracy {number_text(augmented)} on augmented pictures, "
            f"{number_text(augmented / right)} on clean ones)"
        )
        return [self.finding(code, wanted, number_text(value.number))]
