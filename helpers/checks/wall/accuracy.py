"""Exercise wall.accuracy: the share of right answers."""

from typing import ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import observe_call
from helpers.checks.reading import (
    apart,
    call_findings,
    close,
    number_text,
    returned,
    value_findings,
)

Scores = tuple[torch.Tensor, torch.Tensor]


class Accuracy(Exercise):
    """accuracy(logits [N, C], labels [N]) -> fraction of pictures whose highest score is right."""

    id = "wall.accuracy"
    parameters = ("logits", "labels")
    own_versions = (
        "helpers.training.accuracy",
        "helpers.training.evaluate",
    )
    checked = "the share of right answers, for several batch sizes, as a plain number from 0 to 1"
    mistakes: ClassVar = {
        "argmax-over-pictures": Mistake(
            "Your function looks for the best picture of each species, not for the best species "
            "of each picture.",
            "the dimension along which you take the highest score",
        ),
        "percent-not-fraction": Mistake(
            "Your function returned a percentage.",
            "the range the task asks for: a number between 0 and 1",
        ),
        "count-not-fraction": Mistake(
            "Your function counted the right answers, but did not relate them to anything.",
            "what turns a count into a share",
        ),
        "wrong-denominator": Mistake(
            "Your function divides the number of right answers by something other than the number "
            "of pictures.",
            "which side of the logits counts pictures, and which counts species",
        ),
        "integer-division": Mistake(
            "Your function divides in whole numbers, so the share is rounded down.",
            "the kind of division you use",
        ),
        "compares-scores": Mistake(
            "Your function compares labels with scores. A label says which species, a score says "
            "how sure the model is.",
            "what the maximum gives you: the value, or the place where it stands",
        ),
        "smallest-score": Mistake(
            "Your function picks the species with the lowest score.",
            "which score means that the model is most sure",
        ),
        "errors-not-hits": Mistake(
            "Your function measures how many answers are wrong.",
            "the comparison between prediction and label",
        ),
        "rounded": Mistake(
            "Your function rounds the share. Two models that differ a little would look alike.",
            "what happens to the share after the division",
        ),
        "returns-tensor": Mistake(
            "Your value is still wrapped in a tensor.",
            "how a tensor of one element becomes a plain Python number",
        ),
        "always-the-same": Mistake(
            "Your function gives the same number for every batch.",
            "whether logits and labels are both used",
        ),
        "wrong-value": Mistake(
            "The share of right answers is not the one in this batch.",
            "a batch of three pictures, worked out by hand",
        ),
    }

    def inputs(self, seed: int) -> list[Scores]:
        """Batches: as many pictures as species, a long one, one picture, all right, all wrong."""
        square = draw_until(seed, "accuracy", lambda r: _scores(r, 12, 12), self._telling)
        long = draw_until(seed, "accuracy-long", lambda r: _scores(r, 37, 5), self._telling)
        logits, labels = long
        right = logits.argmax(dim=1)
        return [square, long, (logits[:1], labels[:1]), (logits, right), (logits, (right + 1) % 5)]

    def _telling(self, scores: Scores) -> bool:
        return apart(self._results(*scores), 1e-3)

    def _results(self, logits: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
        """What the right answer and each misconception give on a batch."""
        scores, best = logits.max(dim=1)
        hits = int((best == labels).sum())
        pictures, species = logits.shape
        results = {
            "right": hits / pictures,
            "percent-not-fraction": 100 * hits / pictures,
            "count-not-fraction": float(hits),
            "compares-scores": float((scores == labels).float().mean()),
            "smallest-score": float((logits.argmin(dim=1) == labels).float().mean()),
            "errors-not-hits": 1 - hits / pictures,
            "integer-division": float(hits // pictures),
        }
        if pictures == species:
            results["argmax-over-pictures"] = float((logits.argmax(0) == labels).float().mean())
        else:
            results["wrong-denominator"] = hits / species
        return results

    def probe(self, answer: Answer, seed: int) -> Evidence:
        batches = self.inputs(seed)
        return {"calls": [observe_call(answer, x.clone(), y.clone()) for x, y in batches]}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        calls, batches = evidence["calls"], self.inputs(seed)
        for call, (logits, labels) in zip(calls, batches, strict=True):
            findings = call_findings(self, call)
            if findings:
                return findings
            value = returned(call)
            right = self._results(logits, labels)["right"]
            wanted = number_text(right)
            if value.kind == "tensor" and value.values.size == 1:
                findings = [self.finding("returns-tensor", f"{wanted} (float)", value.describe())]
            elif findings := value_findings(value, "number"):
                return findings
            if not close(value.number, right):
                code = self._mistake([returned(each).number for each in calls], batches)
                wanted, got = self._about(logits, wanted), number_text(value.number)
                findings.append(self.finding(code, wanted, got))
            if findings:
                return findings
        return []

    def _mistake(self, numbers: list[float], batches: list[Scores]) -> str:
        """The misconception that explains all these numbers: one of them it may hit by chance."""
        if len(set(numbers)) == 1:
            return "always-the-same"
        tables = [self._results(*batch) for batch in batches]
        told = [(n, table) for n, table in zip(numbers, tables, strict=True) if np.isfinite(n)]
        for code in dict.fromkeys(code for table in tables for code in table):
            matches = [close(n, table[code]) for n, table in told if code in table]
            if matches and all(matches):
                return code
        small = all(abs(n - table["right"]) < 6e-3 for n, table in told)
        return "rounded" if told and small else "wrong-value"

    @staticmethod
    def _about(logits: torch.Tensor, wanted: str) -> str:
        return f"{wanted}, for {logits.shape[0]} pictures and {logits.shape[1]} species"


def _scores(draw: np.random.Generator, pictures: int, species: int) -> Scores:
    """Logits without ties whose best score is the label's in about half of the pictures."""
    # Whole numbers that overlap with the labels: then comparing the two by mistake shows.
    values = np.arange(-4, species)
    logits = np.stack([draw.permutation(values)[:species] for _ in range(pictures)])
    labels = np.where(
        draw.random(pictures) < 0.55, logits.argmax(1), draw.integers(species, size=pictures)
    )
    return torch.tensor(logits, dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)
