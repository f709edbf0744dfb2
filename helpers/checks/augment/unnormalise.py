"""Exercise augment.unnormalise: the pictures behind normalised tensors."""

from typing import ClassVar

import numpy as np
import torch

from helpers.checks.augment.transform import FLOATS, IMAGENET, Statistics
from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import observe_call
from helpers.checks.reading import call_findings, number_text, returned, shape_text, value_findings
from helpers.checks.several import one_of_each


class Unnormalise(Exercise):
    """unnormalise(images, mean, std) -> colours in [0, 1]; one picture or a batch."""

    id = "augment.unnormalise"
    parameters = ("images", "mean", "std")
    checked = "one picture and a batch, exact, within 0 and 1, and your input left as it was"
    mistakes: ClassVar = {
        "not-clamped": Mistake(
            "The inverse is right, but some values lie outside of 0 to 1.",
            "what happens to values below 0 and above 1",
        ),
        "inverse-order": Mistake(
            "Your function undoes the two steps in the wrong order.",
            "which step came last when normalising: it is the first one to undo",
        ),
        "divides": Mistake(
            "Your function divides by std. Normalising divided already; the inverse does the "
            "opposite.",
            "the formula of normalising, solved for the picture",
        ),
        "normalises-again": Mistake(
            "Your function normalises a second time instead of undoing the first.",
            "the formula of normalising, solved for the picture",
        ),
        "subtracts-mean": Mistake(
            "Your function subtracts the mean. Normalising did that already.",
            "the formula of normalising, solved for the picture",
        ),
        "swapped-mean-std": Mistake(
            "Mean and std have changed places in your function.",
            "which one scales, and which one shifts",
        ),
        "clamped-too-early": Mistake(
            "Your function cuts the values to 0 to 1 before it undoes the normalisation. What lay "
            "outside is then lost.",
            "at which moment the values should lie between 0 and 1",
        ),
        "stretched-to-range": Mistake(
            "Your function stretches each picture from its darkest to its lightest value. That "
            "looks fine, and hides what the picture really was.",
            "the arguments mean and std",
        ),
        "channels-last-broadcast": Mistake(
            "Your function applies mean and std along the width of the picture, not along its "
            "channels.",
            "the shape mean and std need so that they line up with the channels",
        ),
        "hard-coded-statistics": Mistake(
            "Your function uses numbers of its own, whatever mean and std it is given.",
            "where the arguments mean and std are used",
        ),
        "times-255": Mistake(
            "The values run up to 255; the task asks for 0 to 1.", "the last step"
        ),
        "channels-moved": Mistake(
            "Your function moves the channels to the end. The picture should keep its shape.",
            "the shape of what you return",
        ),
        "single-image-fails": Mistake(
            "A batch works, but one picture of three dimensions does not.",
            "the shape you give to mean and std, for [3, H, W]",
        ),
        "batch-fails": Mistake(
            "One picture works, but a batch of pictures does not.",
            "which dimension counts the channels in [B, 3, H, W]",
        ),
        "loses-the-batch": Mistake(
            "For a batch of one picture your function drops the dimension of the batch.",
            "what squeeze() does where there is one picture only",
        ),
        "input-modified": Mistake(
            "Your function changed the pictures it was given. Whoever uses them next gets other "
            "pictures.",
            "the steps that end in an underscore or assign into the input",
        ),
        "wrong-value": Mistake(
            "The colours are not the original ones.",
            "the formula of normalising, solved for the picture",
        ),
    }

    def inputs(self, seed: int) -> tuple[list[torch.Tensor], Statistics]:
        """One picture [3, 5, 3], a batch [4, 3, 5, 3], a batch of one; and mean and std."""
        return draw_until(seed, "unnormalise", self._draw, self._telling)

    @staticmethod
    def _draw(draw: np.random.Generator) -> tuple[list[torch.Tensor], Statistics]:
        mean = tuple(float(m) for m in draw.uniform(0.3, 0.6, 3).round(3))
        std = tuple(float(s) for s in draw.uniform(0.18, 0.3, 3).round(3))
        shapes = [(3, 5, 3), (4, 3, 5, 3), (1, 3, 5, 3)]
        colours = [draw.uniform(-0.4, 1.4, shape) for shape in shapes]
        channels = (3, 1, 1)
        normal = [(c - np.reshape(mean, channels)) / np.reshape(std, channels) for c in colours]
        return [torch.from_numpy(values).float() for values in normal], (mean, std)

    def _telling(self, drawn: tuple[list[torch.Tensor], Statistics]) -> bool:
        """Whether two ways to leave the range differ even where both are cut off at 0 and 1."""
        images, statistics = drawn
        for image in images:
            results = self._results(image.double().numpy(), *map(np.array, statistics))
            ends = {code: values for code, values in results if values.min() >= 0}
            if np.abs(ends["divides"] - ends["normalises-again"]).max() < 0.01:
                return False
        return True

    def probe(self, answer: Answer, seed: int) -> Evidence:
        images, statistics = self.inputs(seed)
        runs = []
        for image in images:
            given = image.clone()
            call = observe_call(answer, given, *statistics)
            runs.append({"call": call, "unchanged": torch.equal(given, image)})
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        images, statistics = self.inputs(seed)
        single, batch, alone = (
            self._value(run["call"], image.double().numpy(), statistics)
            for run, image in zip(evidence["runs"], images, strict=True)
        )
        findings = self._single_and_batch(single, batch)
        squeezed = [finding for finding in alone if finding.code == "wrong-shape"]
        if squeezed and "wrong-shape" not in {finding.code for finding in [*single, *batch]}:
            findings = [self._only("loses-the-batch", squeezed[0]), *findings]
        if not all(run["unchanged"] for run in evidence["runs"]):
            findings.append(self.finding("input-modified", "as they were", "changed"))
        return one_of_each(findings)

    def _single_and_batch(self, single: list[Finding], batch: list[Finding]) -> list[Finding]:
        """What is wrong with both, or with one of them only: that is named first."""
        vague = {"raised", "wrong-shape", "wrong-value"}
        unlike = [
            bool(findings) and findings[0].code in vague and
            findings[0].code not in {finding.code for finding in others}
            for findings, others in ((single, batch), (batch, single))
        ]  # fmt: skip
        if unlike[0]:
            return [self._only("single-image-fails", single[0]), *batch]
        if unlike[1] or (batch and not single):
            return [self._only("batch-fails", batch[0]), *single]
        return [*single, *batch]

    def _only(self, code: str, finding: Finding) -> Finding:
        return self.finding(code, finding.expected, finding.got, finding.details)

    def _value(self, call: Evidence, image: np.ndarray, statistics: Statistics) -> list[Finding]:
        value = returned(call)
        findings = call_findings(self, call) or value_findings(value, "tensor", dtypes=FLOATS)
        if findings:
            return findings
        if value.shape != image.shape and value.shape == np.moveaxis(image, -3, -1).shape:
            wanted, got = shape_text(image.shape), shape_text(value.shape)
            moved = self.finding("channels-moved", wanted, got)
            return [moved, *self._colours(np.moveaxis(value.values, -1, -3), image, statistics)]
        findings = value_findings(value, "tensor", shape=image.shape)
        return findings or self._colours(value.values, image, statistics)

    def _colours(
        self, values: np.ndarray, image: np.ndarray, statistics: Statistics
    ) -> list[Finding]:
        results = self._results(image, *(np.array(numbers) for numbers in statistics))
        right = results[0][1]
        if np.allclose(values, right, atol=1e-4):
            return []
        codes = [code for code, bad in results if np.allclose(values, bad, atol=1e-3)]
        spot = np.unravel_index(np.abs(values - right).argmax(), right.shape)
        wanted = f"{number_text(float(right[spot]))} where the picture differs most"
        got = number_text(float(values[spot]))
        findings = [self.finding((codes or ["wrong-value"])[0], wanted, got)]
        low, high = float(values.min()), float(values.max())
        if findings[0].code != "times-255" and (low < -0.01 or high > 1.01):
            got = f"{number_text(low)} to {number_text(high)}"
            findings.append(self.finding("not-clamped", "numbers from 0 to 1", got))
        return findings

    @staticmethod
    def _results(
        image: np.ndarray, mean: np.ndarray, std: np.ndarray
    ) -> list[tuple[str, np.ndarray]]:
        """The right colours first, then what each mistake gives, clamped or not."""
        m, s = mean.reshape(3, 1, 1), std.reshape(3, 1, 1)
        usual_m, usual_s = (np.reshape(numbers, (3, 1, 1)) for numbers in IMAGENET)
        right = image * s + m
        low = image.min(axis=(-1, -2), keepdims=True)
        high = image.max(axis=(-1, -2), keepdims=True)
        mistakes = [
            ("not-clamped", right),
            ("not-clamped", right.clip(0, None)),
            ("not-clamped", right.clip(None, 1)),
            ("inverse-order", (image + m) * s),
            ("divides", image / s + m),
            ("normalises-again", (image - m) / s),
            ("subtracts-mean", image * s - m),
            ("swapped-mean-std", image * m + s),
            ("clamped-too-early", image.clip(0, 1) * s + m),
            ("channels-last-broadcast", image * std + mean),
            ("hard-coded-statistics", image * usual_s + usual_m),
            ("hard-coded-statistics", image / 2 + 0.5),
            ("times-255", right.clip(0, 1) * 255),
            ("stretched-to-range", (image - image.min()) / (image.max() - image.min())),
            ("stretched-to-range", (image - low) / (high - low)),
            ("stretched-to-range", (image - low.min(axis=-3, keepdims=True))
             / (high.max(axis=-3, keepdims=True) - low.min(axis=-3, keepdims=True))),
        ]  # fmt: skip
        open_ended = ("not-clamped", "times-255")
        clamped = [(code, bad.clip(0, 1)) for code, bad in mistakes if code not in open_ended]
        return [("right", right.clip(0, 1)), *mistakes, *clamped]
