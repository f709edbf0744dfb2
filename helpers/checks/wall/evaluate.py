"""Exercise wall.evaluate: loss and accuracy over all pictures, and a model left as it was."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import observe_call
from helpers.checks.reading import (
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
    BATCHNORMS,
    WatchedModel,
    decided,
    freeze_first_stage,
    images_and_labels,
    loader,
    modes_of,
    quiet_logits,
    statistics_of,
    trainable,
)


@dataclass(frozen=True)
class _Case:
    """A model, its pictures with labels, and the batch size they come in."""

    model: WatchedModel
    images: torch.Tensor
    labels: torch.Tensor
    batch_size: int = 8

    @property
    def described(self) -> str:
        """How many pictures there are, and how they come."""
        *sizes, last = (str(len(part)) for part in self.labels.split(self.batch_size))
        return f"{len(self.labels)} pictures in batches of {', '.join(sizes)} and {last}"


class Evaluate(Exercise):
    """evaluate(model, batches) -> (mean cross-entropy, accuracy) over pictures, as floats."""

    id = "wall.evaluate"
    parameters = ("model", "batches")
    own_versions = (
        "helpers.training.evaluate",
        "helpers.training.predict",
    )
    checked = (
        "loss and accuracy over all pictures, evaluation mode while measuring, no graph, "
        "every module left in the mode it came in"
    )
    mistakes: ClassVar = {
        "not-a-pair": Mistake(
            "Your function should hand back two values: the loss, then the accuracy.",
            "the return line",
        ),
        "returns-tensor": Mistake(
            "The {part} is still wrapped in a tensor.",
            "how a tensor of one element becomes a plain Python number",
        ),
        "left-in-training-mode": Mistake(
            "The model was in training mode while you measured it: dropout switched off random "
            "features, so every call gives another result.",
            "which mode the model must be in before the loop over the batches",
        ),
        "moves-batchnorm-statistics": Mistake(
            "Measuring changed the model: BatchNorm was in training mode and updated its running "
            "statistics with the pictures you only wanted to look at.",
            "which mode every layer must be in before the loop over the batches",
        ),
        "builds-a-graph": Mistake(
            "Your function records everything for a backward pass that never comes. That costs "
            "memory and time.",
            "how to tell torch that no gradients are needed here",
        ),
        "swapped-outputs": Mistake(
            "Both values are right, but in the wrong order.",
            "the return line: loss first, then accuracy",
        ),
        "ragged-last-batch": Mistake(
            "The {part} counts each batch alike, although the last one has fewer pictures. Its few "
            "pictures weigh too much.",
            "what you add up in the loop, and what you divide by at the end",
        ),
        "sum-not-mean": Mistake(
            "The {part} is a sum; it grows with the number of pictures.",
            "what is left to do with the sum after the loop",
        ),
        "only-last-batch": Mistake(
            "The {part} is the one of the last batch alone.",
            "where the value is set afresh in each round, and where it should grow",
        ),
        "only-first-batch": Mistake(
            "The {part} is the one of the first batch alone.",
            "how far the return line is indented",
        ),
        "counts-full-batches": Mistake(
            "The {part} is divided by too many pictures: the last batch is not a full one.",
            "how you count the pictures",
        ),
        "softmax-twice": Mistake(
            "Your loss was computed from probabilities. Cross-entropy expects the logits as they "
            "are, and makes probabilities of them itself.",
            "what goes into the loss function",
        ),
        "percent-not-fraction": Mistake(
            "The accuracy is a percentage.", "the range the task asks for: a number from 0 to 1"
        ),
        "wrong-loss": Mistake(
            "The loss is not the mean cross-entropy over these pictures.",
            "which loss it is, and over what it is averaged",
        ),
        "wrong-accuracy": Mistake(
            "The accuracy is not the share of right answers over these pictures.",
            "what you count, and what you divide by",
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
        """A model in evaluation mode, and one in training with a frozen first stage."""
        cases = [draw_until(seed, f"evaluate-{k}", self._draw, self._telling) for k in range(2)]
        cases[0].model.eval()
        freeze_first_stage(cases[1].model)
        return cases

    @staticmethod
    def _draw(rng: np.random.Generator) -> _Case:
        model = WatchedModel(rng, classes=5)
        return _Case(model, *images_and_labels(rng, model, pictures=19, hit_rate=0.6))

    def _telling(self, case: _Case) -> bool:
        losses, accuracies = self._results(case)
        between = apart({"loss": losses["right"], "accuracy": accuracies["right"]}, 0.05)
        return (
            between
            and apart(losses, 0.02)
            and apart(accuracies, 0.005)
            and decided(case.model, case.images)
        )

    @staticmethod
    def _results(case: _Case) -> tuple[dict[str, float], dict[str, float]]:
        """Loss and accuracy: the right ones, and what each mistake makes of them."""
        logits = quiet_logits(case.model, case.images).double()
        one_by_one = torch.nn.functional.cross_entropy(logits, case.labels, reduction="none")
        twice = torch.nn.functional.cross_entropy(logits.softmax(dim=1), case.labels)
        hits = (logits.argmax(dim=1) == case.labels).double()
        losses = _averages(one_by_one, case.batch_size) | {"softmax-twice": float(twice)}
        accuracies = _averages(hits, case.batch_size)
        return losses, accuracies | {"percent-not-fraction": 100 * accuracies["right"]}

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"runs": [self._run(answer, case) for case in self.inputs(seed)]}

    @staticmethod
    def _run(answer: Answer, case: _Case) -> Evidence:
        model = case.model
        modes, statistics = modes_of(model), statistics_of(model)
        torch.set_grad_enabled(True)
        call = observe_call(answer, model, loader(case.images, case.labels, case.batch_size))
        return {
            "call": call,
            "passes": model.log.passes,
            "before": modes,
            "after": modes_of(model),
            "moved": float(np.nan_to_num(np.abs(statistics_of(model) - statistics).max(), nan=1e9)),
            "gradients": torch.is_grad_enabled(),
            "trainable": trainable(model),
        }

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        runs, cases = evidence["runs"], self.inputs(seed)
        if findings := first_of(call_findings(self, run["call"]) for run in runs):
            return findings
        form = first_of(self._form(run["call"]) for run in runs)
        modes = [self._mode_while_measuring(run) for run in runs]
        graph = []
        if any(step["graph"] for run in runs for step in run["passes"]):
            got = "recorded, in every batch"
            graph = [self.finding("builds-a-graph", "nothing recorded", got)]
        values = []
        if not form or form[0].code == "returns-tensor":
            values = first_of(
                self._values(run["call"], case)
                for run, case, mode in zip(runs, cases, modes, strict=True)
                if not mode  # numbers measured in the wrong mode say nothing
            )
        return [*form, *first_of(modes), *graph, *values, *self._afterwards(runs)][:MOST]

    def _form(self, call: Evidence) -> list[Finding]:
        value = returned(call)
        if value.kind != "list" or len(value.items) != 2:
            return [self.finding("not-a-pair", "(loss, accuracy)", value.describe())]
        for part, item in zip(("loss", "accuracy"), value.items, strict=True):
            if item.kind == "tensor" and item.values.size == 1:
                got = item.describe()
                return [self.finding("returns-tensor", "two plain numbers", got, part=part)]
            if findings := value_findings(item, "number", f"As {part}, your function"):
                return findings
        return []

    def _mode_while_measuring(self, run: Evidence) -> list[Finding]:
        training = {name for step in run["passes"] for name, mode in step["modes"].items() if mode}
        if "dropout" in training:
            wanted, got = "evaluation mode while you measure", "training mode"
            return [self.finding("left-in-training-mode", wanted, got)]
        if run["moved"] > 0 or training & BATCHNORMS:
            got = f"running statistics moved by up to {number_text(run['moved'])}"
            return [self.finding("moves-batchnorm-statistics", "no change", got)]
        return []

    def _values(self, call: Evidence, case: _Case) -> list[Finding]:
        loss, accuracy = (item.number for item in returned(call).items)
        losses, accuracies = self._results(case)
        if close(loss, accuracies["right"]) and close(accuracy, losses["right"]):
            return [self.finding("swapped-outputs", "(loss, accuracy)", "(accuracy, loss)")]
        findings: list[Finding] = []
        for part, got, results in (("loss", loss, losses), ("accuracy", accuracy, accuracies)):
            if close(got, results["right"]):
                continue
            code = nearest(got, results) or f"wrong-{part}"
            if code not in {finding.code for finding in findings}:
                right = number_text(results["right"])
                wanted = f"{part} {right}, for {case.described}"
                findings.append(self.finding(code, wanted, number_text(got), part=part))
        return findings

    def _afterwards(self, runs: list[Evidence]) -> list[Finding]:
        findings = []
        stories = [mode_story(run["before"], run["after"]) for run in runs]
        if story := next(filter(None, stories), ""):
            findings.append(self.finding("mode-not-restored", story=story))
        if not all(run["gradients"] for run in runs):
            findings.append(self.finding("gradients-left-off", "switched on again", "switched off"))
        if not all(run["trainable"] for run in runs):
            findings.append(self.finding("left-frozen", "as before", "requires_grad is False"))
        return findings


def _averages(values: torch.Tensor, batch_size: int) -> dict[str, float]:
    """The mean over pictures, and what mistakes in averaging over batches give instead."""
    parts = values.split(batch_size)
    total = float(values.sum())
    return {
        "right": total / len(values),
        "ragged-last-batch": float(torch.stack([part.mean() for part in parts]).mean()),
        "sum-not-mean": total,
        "only-last-batch": float(parts[-1].mean()),
        "only-first-batch": float(parts[0].mean()),
        "counts-full-batches": total / (len(parts) * batch_size),
    }
