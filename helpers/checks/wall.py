"""Lesson 00, the wall: accuracy, evaluate, seed_everything, class_weights."""

import random
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until, rng
from helpers.checks.observe import call_and_keep, observe_call
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
from helpers.checks.watched import (
    WatchedModel,
    decided,
    freeze_first_stage,
    images_and_labels,
    loader,
    modes_of,
    quiet_logits,
    statistics_of,
)

Scores = tuple[torch.Tensor, torch.Tensor]


class Accuracy(Exercise):
    """accuracy(logits [N, C], labels [N]) -> fraction of pictures whose highest score is right."""

    id = "wall.accuracy"
    parameters = ("logits", "labels")
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
        "returns-tensor": Mistake(
            "The value is right, but it is still wrapped in a tensor.",
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
            "integer-division": 0.0,
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
        for call, (logits, labels) in zip(evidence["calls"], self.inputs(seed), strict=True):
            findings = call_findings(self, call)
            value = returned(call)
            results = self._results(logits, labels)
            wanted = number_text(results["right"])
            if not findings and value.kind == "tensor" and value.shape == ():
                if close(value.number, results["right"]):
                    return [self.finding("returns-tensor", f"{wanted} (float)", value.describe())]
            elif not findings:
                findings = value_findings(value, "number")
            if findings:
                return findings
            if not close(value.number, results["right"]):
                numbers = {returned(each).number for each in evidence["calls"]}
                code = nearest(value.number, results) or "wrong-value"
                code = "always-the-same" if len(numbers) == 1 else code
                return [self.finding(code, self._about(logits, wanted), number_text(value.number))]
        return []

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


@dataclass(frozen=True)
class _Case:
    """A model, its pictures with labels, and the batch size they come in."""

    model: WatchedModel
    images: torch.Tensor
    labels: torch.Tensor
    batch_size: int = 8


class Evaluate(Exercise):
    """evaluate(model, batches) -> (mean cross-entropy, accuracy) over pictures, as floats."""

    id = "wall.evaluate"
    parameters = ("model", "batches")
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
            "The loss was computed from probabilities. Cross-entropy expects logits and applies "
            "the softmax itself.",
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
        }

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        for run, case in zip(evidence["runs"], self.inputs(seed), strict=True):
            findings = call_findings(self, run["call"]) or self._form(run["call"])
            if not findings:
                findings = self._mode_while_measuring(run)
                trusted = not findings
                if any(step["graph"] for step in run["passes"]):
                    findings.append(self.finding("builds-a-graph"))
                if trusted:
                    findings += self._values(run["call"], case)
                findings += self._afterwards(run)
            if findings:
                return findings
        return []

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
        findings = []
        if "dropout" in training:
            findings.append(self.finding("left-in-training-mode"))
        if run["moved"] > 0 or (training & _BATCHNORMS and not findings):
            got = f"running statistics moved by up to {number_text(run['moved'])}"
            findings.append(self.finding("moves-batchnorm-statistics", "no change", got))
        return findings

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
                wanted = f"{part} {right}, for 19 pictures in batches of 8, 8 and 3"
                findings.append(self.finding(code, wanted, number_text(got), part=part))
        return findings

    def _afterwards(self, run: Evidence) -> list[Finding]:
        findings = []
        if story := mode_story(run["before"], run["after"]):
            findings.append(self.finding("mode-not-restored", story=story))
        if not run["gradients"]:
            findings.append(self.finding("gradients-left-off"))
        return findings


_BATCHNORMS = {"stage1.1", "stage2.1"}


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


class SeedEverything(Exercise):
    """seed_everything(seed) -> torch.Generator; seeds Python, NumPy and torch as well."""

    id = "wall.seed_everything"
    parameters = ("seed",)
    checked = (
        "Python, NumPy, torch and your generator repeat themselves with one seed, and differ with "
        "another"
    )
    mistakes: ClassVar = {
        "no-generator": Mistake(
            "Your function should hand back a torch.Generator for the DataLoader.",
            "the return line, and what a DataLoader accepts as its generator",
        ),
        "returns-global-generator": Mistake(
            "Your function returns torch's own global generator. Then every dropout and every "
            "random crop changes the order of the pictures too.",
            "what torch.manual_seed returns, and how to make a generator of your own",
        ),
        "torch-forgotten": Mistake(
            "Two runs with one seed get different random numbers from torch.",
            "the three libraries that draw random numbers here",
        ),
        "numpy-forgotten": Mistake(
            "Two runs with one seed get different random numbers from NumPy.",
            "the three libraries that draw random numbers here",
        ),
        "python-forgotten": Mistake(
            "Two runs with one seed get different random numbers from Python's own random module.",
            "the three libraries that draw random numbers here",
        ),
        "ignores-the-seed": Mistake(
            "Two different seeds give the same random numbers from {who}.",
            "each place where a seed is set: is it the one your function was given?",
        ),
        "generator-not-seeded": Mistake(
            "Your generator is not seeded with the seed your function was given.",
            "what happens to the generator between making it and returning it",
        ),
    }
    libraries: ClassVar = {"python": "Python's random module", "numpy": "NumPy", "torch": "torch"}

    def inputs(self, seed: int) -> list[tuple[int, int]]:
        """(seed to use, disturbance before it): one seed twice, then another."""
        one, other, before, between = rng(seed, "seeds").choice(10**6, size=4, replace=False)
        return [(int(one), int(before)), (int(one), int(between)), (int(other), int(between))]

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for chosen, disturbance in self.inputs(seed):
            for disturb in (random.seed, np.random.seed, torch.manual_seed):
                disturb(disturbance)
            call, generator = call_and_keep(answer, chosen)
            runs.append({
                "call": call,
                "global": generator is torch.default_generator,
                "python": np.array([random.random() for _ in range(4)]),
                "numpy": np.random.random(4),
                "torch": torch.rand(4, dtype=torch.float64).numpy(),
                "generator": _drawn_from(generator),
            })  # fmt: skip
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        first, again, other = evidence["runs"]
        value = returned(first["call"])
        basic = call_findings(self, first["call"])
        if basic and basic[0].code != "returned-none":
            return basic
        for run in (again, other):
            if "raised" in run["call"]:
                return call_findings(self, run["call"])
        if value.kind != "generator":
            return [self.finding("no-generator", "a torch.Generator", value.describe())]
        if value.device != "cpu":
            return value_findings(value, "generator")
        if first["global"]:
            return [self.finding("returns-global-generator", "a generator of its own")]
        findings = [
            self.finding(f"{library}-forgotten", "the same numbers twice", "other numbers")
            for library in ("torch", "numpy", "python")
            if not np.array_equal(first[library], again[library])
        ]
        forgotten = {finding.code.partition("-")[0] for finding in findings}
        ignoring = [
            name
            for library, name in self.libraries.items()
            if library not in forgotten and np.array_equal(again[library], other[library])
        ]
        if ignoring:
            findings.append(self.finding("ignores-the-seed", who=" and ".join(ignoring)))
        repeats = np.array_equal(first["generator"], again["generator"])
        if not repeats or np.array_equal(again["generator"], other["generator"]):
            findings.append(self.finding("generator-not-seeded"))
        return findings


def _drawn_from(generator: object) -> np.ndarray | None:
    if type(generator) is not torch.Generator or generator.device.type != "cpu":
        return None
    return torch.rand(4, dtype=torch.float64, generator=generator).numpy()


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
        """(labels, num_classes): all occur; one missing inside; the last missing; only one."""
        draw = rng(seed, "class-weights")
        pools = [[9, 20, 4, 13], [11, 0, 5, 24, 7], [6, 15, 9, 0], [0, 8, 0]]
        cases = []
        for pool in pools:
            counts = np.array([n + int(draw.integers(3)) if n else 0 for n in pool])
            labels = draw.permutation(np.repeat(np.arange(len(pool)), counts))
            cases.append((torch.from_numpy(labels), len(pool)))
        return cases

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"calls": [observe_call(answer, x.clone(), n) for x, n in self.inputs(seed)]}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        for call, (labels, classes) in zip(evidence["calls"], self.inputs(seed), strict=True):
            counts = np.bincount(labels.numpy(), minlength=classes).astype(np.float64)
            findings = self._form(call, counts) or self._absent(call, counts)
            if findings:
                return findings
            weights = returned(call).values
            results = self._results(counts)
            if not np.allclose(weights, results[0][1], atol=2e-4):
                codes = [code for code, bad in results if np.allclose(weights, bad, atol=1e-4)]
                counted = f", for {_row(counts)} pictures"
                wanted = _row(results[0][1]) + counted
                return [self.finding((codes or ["wrong-value"])[0], wanted, _row(weights))]
        return []

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
        wanted = f"0 for the species without pictures ({_row(counts)} pictures)"
        if not np.isfinite(weights).all():
            return [self.finding("absent-class-infinite", wanted, _row(weights))]
        if absent.any() and np.abs(weights[absent]).max() > 1e-5:
            return [self.finding("absent-class-counted", wanted, _row(weights))]
        return []

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
        ]


def _row(numbers: np.ndarray) -> str:
    return ", ".join(number_text(float(number)) for number in numbers[:12])


EXERCISES: tuple[Exercise, ...] = (Accuracy(), Evaluate(), SeedEverything(), ClassWeights())
