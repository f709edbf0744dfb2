"""Exercise head.ConcatPool: average and maximum of every channel, one behind the other."""

from typing import ClassVar

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.observe import call_and_keep, observe_call
from helpers.checks.reading import (
    call_findings,
    number_text,
    returned,
    shape_text,
    value_findings,
)
from helpers.checks.several import one_of_each

#: What is told after everything else: it shows in other runs, or in right numbers.
LATER = ("graph-cut", "view-fails")
#: Batch, channels, height, width; the last one has its channels last in memory.
SHAPES = ((3, 4, 7, 7), (2, 4, 4, 4), (2, 3, 3, 5), (1, 5, 1, 1), (3, 4, 6, 5))


class ConcatPool(Exercise):
    """ConcatPool() -> a module: [B, C, H, W] -> [B, 2C, 1, 1], averages, then maxima."""

    id = "head.ConcatPool"
    parameters = ()
    own_versions = ("helpers.models.ConcatPool",)
    checked = (
        "feature maps of five sizes, square or not, in either memory format: averages first, then "
        "maxima, and gradients flow through"
    )
    mistakes: ClassVar = {
        "not-a-module": Mistake(
            "What ConcatPool() makes is not a module.", "what stands behind the class's name"
        ),
        "super-forgotten": Mistake(
            "Your module is not set up: nn.Module has to begin its own work first.",
            "the first line of __init__: super().__init__()",
        ),
        "forward-missing": Mistake(
            "Your module has no forward method, so nothing happens when it is called.",
            "the name of the method, letter by letter, and its indentation",
        ),
        "view-fails": Mistake(
            "Your module stops with an error where the channels are last in memory. There view "
            "cannot join height and width.",
            "another method that makes one dimension of two, or pooling over two at once",
        ),
        "maximum-is-a-pair": Mistake(
            "With a dimension, max gives two tensors: the values and where they were.",
            "which of the two you need, or a method that gives only one",
        ),
        "not-joined": Mistake(
            "Your module gives two results instead of one.", "how two tensors become one"
        ),
        "average-only": Mistake(
            "Only the averages come out: the channels are not doubled.", "both poolings"
        ),
        "maximum-only": Mistake(
            "Only the maxima come out: the channels are not doubled.", "both poolings"
        ),
        "same-pool-twice": Mistake(
            "Your module has the same pooling twice, where there should be two kinds.",
            "the two tensors that you join",
        ),
        "added": Mistake(
            "Your module adds averages and maxima up. They should stand behind one another.",
            "the difference between adding and concatenating",
        ),
        "maximum-first": Mistake(
            "In your module the maxima come first. The averages should.",
            "the order in the list that you join",
        ),
        "sum-not-average": Mistake(
            "Your averages are sums: they grow with the size of the maps.",
            "the difference between sum and mean",
        ),
        "interleaved": Mistake(
            "Average and maximum take turns, channel by channel. All averages should come first.",
            "along which dimension the two are joined",
        ),
        "wrong-dimension-joined": Mistake(
            "Your module joins averages and maxima along the wrong dimension.",
            "where the channels are, from 0",
        ),
        "flattened": Mistake(
            "The numbers are right, but height and width are gone: the result should be a map of "
            "one by one.",
            "keepdim, or where your module flattens",
        ),
        "wrong-dimensions-pooled": Mistake(
            "You pool over other dimensions than height and width.",
            "which of the four dimensions should become one",
        ),
        "fixed-window": Mistake(
            "Your pooling fits one size of maps only.",
            "poolings that adapt to whatever size they get, or a mean over whole dimensions",
        ),
        "index-not-maximum": Mistake(
            "Your module gives where the maximum is, not the maximum.",
            "which of the two tensors that max gives you use",
        ),
        "graph-cut": Mistake(
            "No gradient comes through your module: what is below it could not learn.",
            "no_grad, detach, item, numpy: whatever leaves the graph",
        ),
        "wrong-value": Mistake(
            "These are not the averages and maxima of the channels.", "a map of 2 × 2 by hand"
        ),
    }

    def inputs(self, seed: int) -> list[torch.Tensor]:
        draw = rng(seed, self.id)
        maps = [torch.from_numpy(draw.normal(-0.5, 1.5, shape)).float() for shape in SHAPES]
        return [*maps[:-1], maps[-1].to(memory_format=torch.channels_last)]

    def probe(self, answer: Answer, seed: int) -> Evidence:
        made, module = call_and_keep(answer)
        runs = []
        if isinstance(module, nn.Module):
            with torch.enable_grad():
                for maps in self.inputs(seed):
                    runs.append(observe_call(module, maps.requires_grad_(True)))
        return {"made": made, "module": isinstance(module, nn.Module), "runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        made = evidence["made"]
        raised = str(made.get("raised", {}).get("message"))
        if "__init__() call" in raised:
            return [self.finding("super-forgotten", "", raised, made["raised"]["trace"])]
        if findings := call_findings(self, made):
            return findings
        if evidence["module"] is not True:
            value = returned(made)
            return [
                self.finding(
                    "not-a-module", "an nn.Module", value.describe(), "", story=value.brief()
                )
            ]
        pairs = zip(evidence["runs"], self.inputs(seed), strict=True)
        found = [self._run(run, maps.numpy()) for run, maps in pairs]
        main = [[f for f in findings if f.code not in LATER] for findings in found]
        later = [f for findings in found for f in findings if f.code in LATER]
        number = next((place for place, findings in enumerate(main) if findings), None)
        if number is None:
            return one_of_each(later)
        first = main[number][0]
        # On maps of one by one nearly everything is right.
        fits_some = any(not main[place] for place in range(len(SHAPES)) if place != 3)
        formal = first.code in ("raised", "wrong-value", "wrong-shape")
        if number < len(SHAPES) - 1 and fits_some and formal:
            window = self.finding("fixed-window", "any height and width", first.got)
            return one_of_each([window, *later])
        return one_of_each([*main[number], *later])

    def _run(self, run: Evidence, maps: np.ndarray) -> list[Finding]:
        message = str(run.get("raised", {}).get("message"))
        for sign, code in (
            ('missing the required "forward"', "forward-missing"),
            ("view size is not compatible", "view-fails"),
            ("return_types.max", "maximum-is-a-pair"),
            ("Module.__init__() call", "super-forgotten"),
            ("has no attribute '_", "super-forgotten"),
        ):
            if sign in message:
                return [self.finding(code, "", message, str(run["raised"]["trace"]))]
        if findings := call_findings(self, run):
            return findings
        value = returned(run)
        batch, channels = maps.shape[:2]
        wanted = (batch, 2 * channels, 1, 1)
        if value.kind == "list":
            return [self.finding("not-joined", shape_text(wanted), value.describe())]
        if value.kind != "tensor":
            return value_findings(value, "tensor", "Your module")
        results = _results(maps)
        right = results.pop("right")
        told, got = "a gradient for the maps below", "none"
        cut = [] if value.data["requires_grad"] else [self.finding("graph-cut", told, got)]
        if _same(value.values, right) and value.shape == wanted:
            return cut
        start = _first_difference(value.values, right)
        told = f"{_few(right, start)} ({shape_text(wanted)})"
        got = f"{_few(value.values, start)} ({shape_text(value.shape)})"
        flat = value.values.ravel()
        if flat.size == right.size and value.shape == wanted[:2]:
            form = [self.finding("flattened", told, got)]
        elif flat.size == right.size and _same(flat, right.ravel()) and value.shape != wanted:
            return [self.finding("wrong-dimension-joined", told, got), *cut]
        else:
            form = []
        if form and _same(flat, right.ravel()):
            return [*form, *cut]
        for code, numbers in results.items():
            if numbers.size == flat.size and _same(flat, numbers.ravel()):
                return [*form, self.finding(code.partition("--")[0], told, got), *cut]
        return value_findings(value, "tensor", "Your module", shape=wanted) or [
            self.finding("wrong-value", told, got),
            *cut,
        ]


def _results(maps: np.ndarray) -> dict[str, np.ndarray]:
    """What the right module and each misconception give, flat or not."""
    average, maximum = maps.mean((2, 3)), maps.max((2, 3))
    index = maps.reshape(*maps.shape[:2], -1).argmax(2)
    across = {
        f"wrong-dimensions-pooled--{dims}": np.concatenate(
            [maps.mean(dims, keepdims=True), maps.max(dims, keepdims=True)], axis
        )
        for dims in (0, 1, 2, 3, (1, 2), (1, 3), (0, 1), (0, 2, 3), (1, 2, 3), (0, 1, 2, 3))
        for axis in (1,)
    }
    return {
        "right": np.concatenate([average, maximum], 1)[..., None, None],
        "average-only": average,
        "maximum-only": maximum,
        "same-pool-twice": np.concatenate([average, average], 1),
        "same-pool-twice--maximum": np.concatenate([maximum, maximum], 1),
        "added": average + maximum,
        "added--halved": (average + maximum) / 2,
        "maximum-first": np.concatenate([maximum, average], 1),
        "sum-not-average": np.concatenate([maps.sum((2, 3)), maximum], 1),
        "interleaved": np.stack([average, maximum], 2),
        "wrong-dimension-joined": np.concatenate([average, maximum], 0),
        "index-not-maximum": np.concatenate([average, index], 1),
        **across,
    }


def _same(got: np.ndarray, wanted: np.ndarray) -> bool:
    return got.shape == wanted.shape and bool(np.allclose(got, wanted, 1e-4, 1e-5))


def _first_difference(got: np.ndarray, wanted: np.ndarray) -> int:
    """Where two tensors of the same size begin to differ; else the beginning."""
    if got.size != wanted.size:
        return 0
    return int(np.argmax(~np.isclose(got.ravel(), wanted.ravel(), 1e-4, 1e-5)))


def _few(values: np.ndarray, start: int) -> str:
    """Four numbers from a place on."""
    shown = ", ".join(number_text(float(v)) for v in values.ravel()[start : start + 4])
    return ("…, " if start else "") + shown + (", …" if start + 4 < values.size else "")
