"""Exercise wall.class_weights: rare species count for more."""

from typing import ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.observe import observe_call
from helpers.checks.reading import call_findings, numbers_text, returned, value_findings
from helpers.checks.several import MOST, first_of


class ClassWeights(Exercise):
    """class_weights(labels [N], num_classes) -> float32 [num_classes], inverse to frequency."""

    id = "wall.class_weights"
    parameters = ("labels", "num_classes")
    checked = (
        "rare species weigh more, the mean over the species that occur is 1, a species without "
        "pictures gets 0"
    )
    mistakes: ClassVar = {
        "missing-classes": Mistake(
            "Your function gives weights only to some of the species.",
            "how many weights the loss needs, even if a species has no picture",
        ),
        "divides-by-zero": Mistake(
            "Your function divides by zero when a species has no pictures.",
            "the species that does not occur: it gets weight 0",
        ),
        "absent-class-infinite": Mistake(
            "A species without pictures turns your weights into infinity or NaN.",
            "what you divide by for a species that does not occur",
        ),
        "absent-class-counted": Mistake(
            "A species without pictures should weigh 0, but yours does not.",
            "the species that does not occur: which value does it end up with?",
        ),
        "frequency-not-inverse": Mistake(
            "Your weights grow with the number of pictures. A rare species needs the larger one.",
            "which way round the frequency enters the weight",
        ),
        "sums-to-one": Mistake(
            "Your weights add up to 1. The task asks for a mean of 1, so that the loss keeps its "
            "size.",
            "the last step, where you scale the weights",
        ),
        "mean-over-all-classes": Mistake(
            "The mean of your weights is 1 only if species without pictures are counted too.",
            "over which species the mean is taken",
        ),
        "balanced-formula": Mistake(
            "Your weights have a mean of 1 over pictures; the task asks for a mean of 1 over the "
            "species that occur.",
            "the last step, where you scale the weights",
        ),
        "not-normalised": Mistake(
            "Your weights have the right proportions, but not yet the right size.",
            "the mean of your weights over the species that occur",
        ),
        "one-minus-frequency": Mistake(
            "Your weights subtract the frequency. Then a species ten times rarer hardly weighs "
            "more.",
            "the word inverse in the task: twice as rare means twice the weight",
        ),
        "wrong-value": Mistake(
            "The weights are not inverse to how often each species occurs, with mean 1.",
            "a case with three species, worked out by hand",
        ),
    }

    def inputs(self, seed: int) -> list[tuple[torch.Tensor, int]]:
        """(labels, num_classes): all occur; one missing; last missing, one rare; only one."""
        draw = rng(seed, "class-weights")
        pools = [[9, 20, 4, 13], [11, 0, 5, 24, 7], [6, 1, 9, 0], [0, 8, 0]]
        cases = []
        for pool in pools:
            counts = np.array([n + int(draw.integers(3)) if n > 1 else n for n in pool])
            labels = draw.permutation(np.repeat(np.arange(len(pool)), counts))
            cases.append((torch.from_numpy(labels), len(pool)))
        return cases

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"calls": [observe_call(answer, x.clone(), n) for x, n in self.inputs(seed)]}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        forms, absences, scales = [], [], []
        for call, (labels, classes) in zip(evidence["calls"], self.inputs(seed), strict=True):
            counts = np.bincount(labels.numpy(), minlength=classes).astype(np.float64)
            forms.append(self._form(call, counts))
            absences.append([] if forms[-1] else self._absent(call, counts))
            if not forms[-1] and not absences[-1]:  # a wrong 0 would spoil the others as well
                scales.append(self._scale(returned(call).values, counts))
        scale = first_of(scales)
        # With a single species a wrong formula may divide by zero: that is no second mistake.
        absent = first_of(absences[:-1] if scale else absences)
        return [*first_of(forms), *absent, *scale][:MOST]

    def _form(self, call: Evidence, counts: np.ndarray) -> list[Finding]:
        if call.get("raised", {}).get("type") == "ZeroDivisionError" and (counts == 0).any():
            got = str(call["raised"].get("line", ""))
            return [self.finding("divides-by-zero", "weight 0 for that species", got)]
        value = returned(call)
        findings = call_findings(self, call) or value_findings(value, "tensor", dtypes=["float32"])
        if findings and findings[0].code != "not-finite":
            return findings
        if len(value.shape) == 1 and value.shape[0] < len(counts):
            wanted, got = f"{len(counts)} weights", f"{value.shape[0]} weights"
            return [self.finding("missing-classes", wanted, got)]
        if value.finite or value.shape != counts.shape or (counts > 0).all():
            return value_findings(value, "tensor", shape=counts.shape)
        return []

    def _absent(self, call: Evidence, counts: np.ndarray) -> list[Finding]:
        weights, absent = returned(call).values, counts == 0
        wanted = f"0 for the species without pictures ({numbers_text(counts)} pictures)"
        if not np.isfinite(weights).all():
            return [self.finding("absent-class-infinite", wanted, numbers_text(weights))]
        if absent.any() and np.abs(weights[absent]).max() > 1e-5:
            return [self.finding("absent-class-counted", wanted, numbers_text(weights))]
        return []

    def _scale(self, weights: np.ndarray, counts: np.ndarray) -> list[Finding]:
        results = self._results(counts)
        if np.allclose(weights, results[0][1], atol=2e-4):
            return []
        codes = [code for code, bad in results if np.allclose(weights, bad, atol=1e-4)]
        wanted = f"{numbers_text(results[0][1])}, for {numbers_text(counts)} pictures"
        return [self.finding((codes or ["wrong-value"])[0], wanted, numbers_text(weights))]

    @staticmethod
    def _results(counts: np.ndarray) -> list[tuple[str, np.ndarray]]:
        """The right weights first, then what each mistake gives."""
        present = counts > 0
        share = counts / counts.sum()
        inverse = np.where(present, 1 / np.maximum(counts, 1), 0)
        rest = np.where(present, 1 - share, 0)
        right = inverse * present.sum() / inverse.sum()
        return [
            ("right", right),
            ("frequency-not-inverse", share * present.sum()),
            ("frequency-not-inverse", share),
            ("frequency-not-inverse", counts),
            ("sums-to-one", inverse / inverse.sum()),
            ("mean-over-all-classes", inverse * len(counts) / inverse.sum()),
            ("balanced-formula", inverse * counts.sum() / len(counts)),
            ("balanced-formula", inverse * counts.sum() / present.sum()),
            ("one-minus-frequency", rest),
            ("one-minus-frequency", rest * present.sum() / max(rest.sum(), 1e-9)),
            ("not-normalised", inverse),
            ("not-normalised", inverse * counts.sum()),
            ("not-normalised", inverse / inverse.max()),
            ("not-normalised", inverse * counts.max()),
        ]
