"""What the two exercises that build a transform share: form, size and normalisation."""

import abc
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until, rng
from helpers.checks.observe import call_and_keep, observe_call
from helpers.checks.pictures import Placement, plain_picture, read_placement
from helpers.checks.reading import call_findings, numbers_text, returned, shape_text, value_findings

Statistics = tuple[tuple[float, ...], tuple[float, ...]]
IMAGENET: Statistics = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
#: Two plain pictures: from what becomes of them the normalisation can be read.
COLOURS = ((60, 120, 200), (180, 80, 90))
#: The dtypes that a picture may come in.
FLOATS = ("float32", "float64")

FORM_MISTAKES = {
    "not-composed": Mistake(
        "Your function returns a list of transforms. A list cannot be called with a picture.",
        "what chains several transforms into one",
    ),
    "not-a-transform": Mistake(
        "Your function should hand back a transform: something that can be called with a picture.",
        "the return line: the recipe itself, not its result",
    ),
    "returns-picture": Mistake(
        "Your transform gives back a PIL picture. A network needs a tensor.",
        "the step that turns a picture into a tensor",
    ),
    "normalise-before-tensor": Mistake(
        "Your normalising step met a PIL picture. It can only work on a tensor.",
        "the order of the steps: where does the picture become a tensor?",
    ),
    "hard-coded-size": Mistake(
        "Your transform gives the same size whatever size it is asked for.",
        "every number in your transform that should be the argument size",
    ),
    "wrong-size": Mistake(
        "Your transform gives pictures of the wrong size.",
        "the step that decides how large the picture becomes",
    ),
}
NORMALISE_MISTAKES = {
    "not-normalised": Mistake(
        "Your transform does not normalise the pictures: their values still run from 0 to 1.",
        "the last step of the recipe, the one that needs mean and std",
    ),
    "not-scaled-to-one": Mistake(
        "The values run from 0 to 255 when they meet mean and std, which are meant for 0 to 1.",
        "the step that turns the picture into a tensor of numbers from 0 to 1",
    ),
    "swapped-mean-std": Mistake(
        "Mean and standard deviation have changed places in your transform.",
        "the order in which the normalising step takes its two arguments",
    ),
    "normalised-twice": Mistake(
        "Your transform normalises the pictures twice.",
        "how often mean and std appear in your recipe",
    ),
    "hard-coded-statistics": Mistake(
        "Your transform normalises with numbers of its own, whatever mean and std it is given.",
        "where the arguments mean and std are used",
    ),
    "other-statistics": Mistake(
        "Your transform does not normalise with the mean and std it was given.",
        "the normalising step: (value - mean) / std for each channel",
    ),
}


@dataclass(frozen=True)
class Setting:
    """What a transform is built with, twice: no number may be wired into the answer."""

    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def arguments(self) -> tuple[int, tuple[float, ...], tuple[float, ...]]:
        return self.size, self.mean, self.std

    def results(self, colour: tuple[int, ...]) -> list[tuple[str, np.ndarray]]:
        """The right value of a colour in each channel first, then what each mistake gives."""
        mean, std = np.array(self.mean), np.array(self.std)
        raw = np.array(colour, dtype=np.float64)
        value = raw / 255
        once = (value - mean) / std
        fixed = [IMAGENET, ((0.5,) * 3, (0.5,) * 3), ((0.498,) * 3, (0.502,) * 3)]
        return [
            ("right", once),
            ("not-normalised", value),
            ("not-scaled-to-one", (raw - mean) / std),
            ("not-scaled-to-one", raw),
            ("swapped-mean-std", (value - std) / mean),
            ("normalised-twice", (once - mean) / std),
            *(("hard-coded-statistics", (value - np.array(m)) / np.array(s)) for m, s in fixed),
        ]


def _settings(seed: int, purpose: str) -> list[Setting]:
    def draw(generator: np.random.Generator) -> list[Setting]:
        sizes = [int(generator.integers(32, 37)), int(generator.integers(22, 28))]
        return [
            Setting(
                size,
                tuple(float(m) for m in generator.uniform(0.3, 0.62, 3).round(3)),
                tuple(float(s) for s in generator.uniform(0.15, 0.3, 3).round(3)),
            )
            for size in sizes
        ]

    def telling(settings: list[Setting]) -> bool:
        for setting in settings:
            for colour in COLOURS:
                (_, right), *wrong = setting.results(colour)
                if min(np.abs(right - bad).max() for _, bad in wrong) < 0.3:
                    return False
        return True

    return draw_until(seed, purpose, draw, telling)


class TransformExercise(Exercise):
    """What both transform exercises share: form, size and normalisation."""

    parameters = ("size", "mean", "std")
    time_limit = 20.0

    def inputs(self, seed: int) -> list[Setting]:
        return _settings(seed, self.id)

    @abc.abstractmethod
    def _views(self) -> list[tuple[str, Image.Image, int]]:
        """(name, picture, how often) for the first setting."""

    def probe(self, answer: Answer, seed: int) -> Evidence:
        for start in (random.seed, np.random.seed, torch.manual_seed):
            start(int(rng(seed, "transform").integers(2**31)))
        first, second = self.inputs(seed)
        call, transform = call_and_keep(answer, *first.arguments)
        views = {}
        if callable(transform):
            for name, picture, times in self._views():
                views[name] = _apply(transform, picture, times, first.size)
        again_call, other = call_and_keep(answer, *second.arguments)
        again = None
        if callable(other):
            again = _apply(other, plain_picture(60, 60, COLOURS[0]), 12, second.size)
        return {"call": call, "views": views, "again_call": again_call, "again": again}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        first, second = self.inputs(seed)
        findings = self._built(evidence["call"]) or self._form(evidence, first, second)
        return findings or self._looks(evidence, first, second)

    @abc.abstractmethod
    def _looks(self, evidence: Evidence, first: Setting, second: Setting) -> list[Finding]:
        """Name what is wrong with views of the right form."""

    def _built(self, call: Evidence) -> list[Finding]:
        findings = call_findings(self, call)
        if findings:
            return findings
        value = returned(call)
        if value.kind == "list":
            return [self.finding("not-composed", "one transform", value.describe())]
        if value.kind != "callable":
            return [self.finding("not-a-transform", "a transform", value.describe())]
        return []

    def _form(self, evidence: Evidence, first: Setting, second: Setting) -> list[Finding]:
        views = [*evidence["views"].values(), evidence["again"]]
        sizes = [first.size] * len(evidence["views"]) + [second.size]
        if evidence["again"] is None:
            return call_findings(self, evidence["again_call"]) or [
                self.finding("not-a-transform", "a transform", "nothing, the second time")
            ]
        shapes = {returned(view["call"]).shape for view in views}
        for view, size in zip(views, sizes, strict=True):
            call, value = view["call"], returned(view["call"])
            if "raised" in call and _met_a_picture(call["raised"]):
                error = str(call["raised"]["message"])
                return [self.finding("normalise-before-tensor", "a tensor", error)]
            if "signature" in call:
                return [self.finding("not-a-transform", "callable with one picture",
                                     f"takes ({call['signature']})")]  # fmt: skip
            findings = call_findings(self, call)
            if not findings and value.kind == "picture":
                findings = [self.finding("returns-picture", "a tensor", value.describe())]
            findings = findings or value_findings(value, "tensor", "Your transform", None, FLOATS)
            if not findings and value.shape != (3, size, size):
                code = "wrong-size" if len(shapes) > 1 else "hard-coded-size"
                wanted, got = shape_text((3, size, size)), shape_text(value.shape)
                findings = [self.finding(code, wanted, got)]
            if findings:
                return findings
        return []

    def _normalised(self, evidence: Evidence, first: Setting, second: Setting) -> list[Finding]:
        seen = _channel_medians(evidence["views"]["colour0"])
        again = _channel_medians(evidence["again"])
        for setting, got in ((first, seen), (second, again)):
            results = setting.results(COLOURS[0])
            if _same_colour(got, results[0][1]):
                continue
            codes = [code for code, bad in results if _same_colour(got, bad)]
            if not codes and _same_colour(seen, again):
                codes = ["hard-coded-statistics"]
            wanted = f"{numbers_text(results[0][1])} for the colour {COLOURS[0]} in each channel"
            return [self.finding((codes or ["other-statistics"])[0], wanted, numbers_text(got))]
        return []

    def _placements(
        self, evidence: Evidence, name: str, picture: Image.Image
    ) -> list[Placement] | None:
        """Where the outputs of a map picture come from, however they are normalised."""
        low, high = (np.array(colour) / 255 for colour in COLOURS)
        at_low = _channel_medians(evidence["views"]["colour0"])
        at_high = _channel_medians(evidence["views"]["colour1"])
        slope = (at_high - at_low) / (high - low)
        if np.abs(slope).min() < 1e-3:
            return None
        scale, offset = slope[:, None, None], (at_low - slope * low)[:, None, None]
        stack = evidence["views"][name]["stack"].astype(np.float64)
        found = [read_placement((one - offset) / scale, *picture.size) for one in stack]
        return [placement for placement in found if placement is not None]


def _apply(
    transform: Callable[[Image.Image], Any], picture: Image.Image, times: int, size: int
) -> Evidence:
    """Apply a transform again and again.

    Returns:
        `call`: the first result, or the first one that is not a finite tensor of its shape;
        `stack`: float32 [times, 3, size, size] if all are.
    """
    calls = []
    for _ in range(times):
        calls.append(observe_call(transform, picture.copy()))
        value = returned(calls[-1])
        if value.shape != (3, size, size) or value.values.size != 3 * size**2 or not value.finite:
            return {"call": calls[-1], "stack": None}
    stack = np.stack([returned(call).values for call in calls]).astype(np.float32)
    return {"call": calls[0], "stack": stack}


def _met_a_picture(raised: Mapping[str, Any]) -> bool:
    message = str(raised.get("message", "")).lower()
    return "tensor image" in message or "support pil" in message


def _channel_medians(view: Evidence) -> np.ndarray:
    return np.median(view["stack"].astype(np.float64), axis=(0, 2, 3))


def _same_colour(got: np.ndarray, wanted: np.ndarray) -> bool:
    """Equal up to the rounding of a colour to whole numbers from 0 to 255."""
    return bool((np.abs(got - wanted) < 0.03 * np.maximum(1, np.abs(wanted))).all())
