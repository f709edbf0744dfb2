"""Lesson 01, augmentation: two transforms, unnormalise, try_one_at_a_time, affinity."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from PIL import Image

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until, rng
from helpers.checks.observe import call_and_keep, observe_call
from helpers.checks.pictures import Placement, map_picture, plain_picture, read_placement
from helpers.checks.reading import (
    Seen,
    apart,
    call_findings,
    close,
    mode_story,
    nearest,
    number_text,
    returned,
    shape_text,
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
)

Statistics = tuple[tuple[float, ...], tuple[float, ...]]
IMAGENET: Statistics = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
COLOURS = ((60, 120, 200), (180, 80, 90))
DRAWS = 96
REPEATS = 24
FLOATS = ("float32", "float64")

_FORM_MISTAKES = {
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
        "Normalising failed because it met a PIL picture; it can only work on a tensor.",
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
_NORMALISE_MISTAKES = {
    "not-normalised": Mistake(
        "The pictures are not normalised: their values still run from 0 to 1.",
        "the last step of the recipe, the one that needs mean and std",
    ),
    "not-scaled-to-one": Mistake(
        "The values run from 0 to 255 when they meet mean and std, which are meant for 0 to 1.",
        "the step that turns the picture into a tensor of numbers from 0 to 1",
    ),
    "swapped-mean-std": Mistake(
        "Mean and standard deviation have changed places.",
        "the order in which the normalising step takes its two arguments",
    ),
    "normalised-twice": Mistake(
        "The pictures are normalised twice.", "how often mean and std appear in your recipe"
    ),
    "hard-coded-statistics": Mistake(
        "Your transform normalises with numbers of its own, whatever mean and std it is given.",
        "where the arguments mean and std are used",
    ),
    "other-statistics": Mistake(
        "The pictures are not normalised with the mean and std that were given.",
        "the normalising step: (value - mean) / std for each channel",
    ),
}


@dataclass(frozen=True)
class _Setting:
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


def _settings(seed: int, purpose: str) -> list[_Setting]:
    def draw(generator: np.random.Generator) -> list[_Setting]:
        sizes = [int(generator.integers(32, 37)), int(generator.integers(22, 28))]
        return [
            _Setting(
                size,
                tuple(float(m) for m in generator.uniform(0.3, 0.62, 3).round(3)),
                tuple(float(s) for s in generator.uniform(0.15, 0.3, 3).round(3)),
            )
            for size in sizes
        ]

    def telling(settings: list[_Setting]) -> bool:
        for setting in settings:
            for colour in COLOURS:
                (_, right), *wrong = setting.results(colour)
                if min(np.abs(right - bad).max() for _, bad in wrong) < 0.3:
                    return False
        return True

    return draw_until(seed, purpose, draw, telling)


class _Transform(Exercise):
    """What both transform exercises share: form, size and normalisation."""

    parameters = ("size", "mean", "std")
    time_limit = 20.0

    def inputs(self, seed: int) -> list[_Setting]:
        return _settings(seed, self.id)

    def _views(self) -> list[tuple[str, Image.Image, int]]:
        """(name, picture, how often) for the first setting."""
        raise NotImplementedError

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

    def _looks(self, evidence: Evidence, first: _Setting, second: _Setting) -> list[Finding]:
        raise NotImplementedError

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

    def _form(self, evidence: Evidence, first: _Setting, second: _Setting) -> list[Finding]:
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

    def _normalised(self, evidence: Evidence, first: _Setting, second: _Setting) -> list[Finding]:
        seen = _channel_medians(evidence["views"]["colour0"])
        again = _channel_medians(evidence["again"])
        for setting, got in ((first, seen), (second, again)):
            results = setting.results(COLOURS[0])
            if _same_colour(got, results[0][1]):
                continue
            codes = [code for code, bad in results if _same_colour(got, bad)]
            if not codes and _same_colour(seen, again):
                codes = ["hard-coded-statistics"]
            wanted = f"{_row(results[0][1])} for the colour {COLOURS[0]} in each channel"
            return [self.finding((codes or ["other-statistics"])[0], wanted, _row(got))]
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


def _row(numbers: np.ndarray) -> str:
    return ", ".join(f"{number:.3g}" for number in numbers)


class TrainTransform(_Transform):
    """train_transform(size, mean, std) -> PIL picture to tensor [3, size, size], augmented."""

    id = "augment.train_transform"
    checked = (
        "turned by up to 25 degrees either way, then a random crop at a random zoom, the size and "
        "the normalisation you were asked for"
    )
    mistakes: ClassVar = (
        _FORM_MISTAKES
        | _NORMALISE_MISTAKES
        | {
            "no-randomness": Mistake(
                "The same picture comes out the same every time.",
                "which steps are random, and whether they draw anew for every picture",
            ),
            "colours-changed": Mistake(
                "Your transform also changes the colours from one time to the next.",
                "which steps the task asks for: one or two at a time, to see what each one does",
            ),
            "unrecognisable": Mistake(
                "Hardly anything of the picture is left after your transform.",
                "a few of the pictures it makes: draw them",
            ),
            "no-rotation": Mistake(
                "The pictures are never turned.",
                "the first step of the recipe; the angle is in degrees",
            ),
            "rotation-range": Mistake(
                "The pictures are turned, but not by up to 25 degrees either way.",
                "the argument of the rotation",
            ),
            "no-crop": Mistake(
                "{story}",
                "the step that cuts out a piece of random size and place and resizes it",
            ),
            "crop-before-rotation": Mistake(
                "Your transform crops first and turns afterwards. Then every picture has empty "
                "corners; the other way round most crops lie inside.",
                "the order of the two random steps",
            ),
        }
    )

    def _views(self) -> list[tuple[str, Image.Image, int]]:
        return [
            ("map", map_picture(120, 90), DRAWS),
            ("colour0", plain_picture(60, 60, COLOURS[0]), 24),
            ("colour1", plain_picture(60, 60, COLOURS[1]), 24),
        ]

    def _looks(self, evidence: Evidence, first: _Setting, second: _Setting) -> list[Finding]:
        stack = evidence["views"]["map"]["stack"]
        if np.abs(stack - stack[:1]).max() < 1e-3:
            return [self.finding("no-randomness", f"{len(stack)} different views", "one view")]
        if self._colours_change(evidence["views"]["colour0"], first):
            return [self.finding("colours-changed")]
        findings = self._normalised(evidence, first, second)
        placements = self._placements(evidence, "map", map_picture(120, 90))
        if placements is None or len(placements) < len(stack) // 3:
            return findings or [self.finding("unrecognisable")]
        return findings + self._geometry(placements)

    @staticmethod
    def _colours_change(view: Evidence, setting: _Setting) -> bool:
        """Whether one plain picture comes out in many colours.

        A crop may lie in an empty corner now and then, so most draws decide, not all of them.
        """
        each = np.median(view["stack"].astype(np.float64), axis=(2, 3)) * np.array(setting.std)
        usual = (np.abs(each - np.median(each, axis=0)) < 0.02).all(axis=1)
        return bool(usual.mean() < 0.5)

    def _geometry(self, placements: list[Placement]) -> list[Finding]:
        angles = np.array([_upright_angle(placement) for placement in placements])
        zooms = np.log([abs(np.linalg.det(placement.matrix)) for placement in placements])
        places = np.array([placement.centre for placement in placements])
        findings = []
        largest, least, most = np.abs(angles).max(), angles.min(), angles.max()
        if largest < 1.5:
            findings.append(self.finding("no-rotation", "between -25 and 25 degrees", "0 degrees"))
        crops = zooms.std() > 0.01
        if not crops:
            story = (
                "Pieces are cut out at random places, but always of the same size."
                if places.std(axis=0).max() > 1
                else "Every time the whole picture is used: nothing is cut out."
            )
            findings.append(self.finding("no-crop", story=story))
        turned = [p for p, angle in zip(placements, angles, strict=True) if abs(angle) > 5]
        if crops and len(turned) >= 10:
            columns, rows = np.median([placement.skews for placement in turned], axis=0)
            if columns > 0.025 and rows < columns / 2:
                return [*findings, self.finding("crop-before-rotation")]
        exact = crops or columns_straight(placements)
        if largest >= 1.5 and exact and not (20 < largest < 26.5 and least < -5 and most > 5):
            got = f"between {round(least)} and {round(most)} degrees, in {len(angles)} pictures"
            findings.append(self.finding("rotation-range", "between -25 and 25 degrees", got))
        return findings


def columns_straight(placements: list[Placement]) -> bool:
    """Whether angles can be read exactly: nothing was stretched before it was turned."""
    return bool(np.median([placement.skews[0] for placement in placements]) < 0.025)


def _upright_angle(placement: Placement) -> float:
    """The angle of turning, a mirror image being turned back first."""
    right = placement.matrix[:, 0] * np.sign(np.linalg.det(placement.matrix))
    return float(np.degrees(np.arctan2(right[1], right[0])))


class ValidTransform(_Transform):
    """valid_transform(size, mean, std) -> the same tensor every time, nothing distorted."""

    id = "augment.valid_transform"
    checked = (
        "the same result every time, short side resized with proportions kept, the middle cut out, "
        "the same normalisation as in training"
    )
    mistakes: ClassVar = (
        _FORM_MISTAKES
        | _NORMALISE_MISTAKES
        | {
            "random-validation": Mistake(
                "The same picture comes out differently each time. Then the validation accuracy "
                "would be partly luck.",
                "which of your steps are random",
            ),
            "stretched": Mistake(
                "The pictures are squeezed: a wide one becomes square, and round petals become "
                "narrow.",
                "what resizing does with one number, and what with two",
            ),
            "crop-without-resize": Mistake(
                "The middle is cut out of the full-size picture, so that most of a flower is lost.",
                "the step before the crop",
            ),
            "long-side-resized": Mistake(
                "The long side was resized, so that the picture has empty borders.",
                "which side has to become size",
            ),
            "resized-too-large": Mistake(
                "The short side is resized to more than size, so that the crop loses its border.",
                "the number in the resizing step",
            ),
            "off-centre": Mistake(
                "The piece that is cut out does not lie in the middle.", "which crop you use"
            ),
            "turned": Mistake("The pictures come out turned or mirrored.", "the steps you use"),
            "wrong-zoom": Mistake(
                "The piece that is left has not the size it should have.",
                "the resizing step: the short side should become size",
            ),
        }
    )
    shapes: ClassVar[Mapping[str, tuple[int, int]]] = {
        "wide": (126, 84), "tall": (80, 116), "small": (26, 26),
    }  # fmt: skip

    def _views(self) -> list[tuple[str, Image.Image, int]]:
        maps = [(name, map_picture(*size), REPEATS) for name, size in self.shapes.items()]
        plain = [(f"colour{k}", plain_picture(60, 60, COLOURS[k]), 3) for k in range(2)]
        return [*maps, *plain]

    def _looks(self, evidence: Evidence, first: _Setting, second: _Setting) -> list[Finding]:
        for name in self.shapes:
            stack = evidence["views"][name]["stack"]
            if np.abs(stack - stack[:1]).max() > 1e-4:
                return [self.finding("random-validation", "one view", "several views")]
        findings = self._normalised(evidence, first, second)
        for name, size in self.shapes.items():
            placements = self._placements(evidence, name, map_picture(*size))
            if not placements:
                return findings or [self.finding("wrong-zoom")]
            if wrong := self._geometry(placements[0], size, first.size):
                return [*findings, *wrong]
        return findings

    def _geometry(self, placement: Placement, size: tuple[int, int], side: int) -> list[Finding]:
        width, height = size
        short, long = min(size), max(size)
        right, down = placement.steps
        wanted = f"all {short} pixels of the short side of a {width} × {height} picture"
        got = f"{right * side:.0f} × {down * side:.0f} pixels of it"

        def steps(wide: float, high: float) -> bool:
            return close(right / wide, 1, 0.025) and close(down / high, 1, 0.025)

        mirrored = np.linalg.det(placement.matrix) < 0
        if mirrored or abs(placement.angle) > 2:
            return [self.finding("turned")]
        if not steps(short / side, short / side):
            if steps(width / side, height / side):
                code = "stretched"
            elif steps(1, 1):
                code = "crop-without-resize"
            elif steps(long / side, long / side):
                code = "long-side-resized"
            elif close(right / down, 1, 0.03) and right < short / side:
                code = "resized-too-large"
            else:
                code = "wrong-zoom"
            return [self.finding(code, wanted, got)]
        if np.abs(placement.centre).max() > 1.2 * max(1.0, short / side):
            return [self.finding("off-centre")]
        return []


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
            "The two steps are undone in the wrong order.",
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
            "Mean and std have changed places.", "which one scales, and which one shifts"
        ),
        "clamped-too-early": Mistake(
            "The values are cut to 0 to 1 before the normalisation is undone.",
            "at which moment the values should lie between 0 and 1",
        ),
        "stretched-to-range": Mistake(
            "Your function stretches each picture from its darkest to its lightest value. That "
            "looks fine, and hides what the picture really was.",
            "the arguments mean and std",
        ),
        "channels-last-broadcast": Mistake(
            "mean and std were applied along the width of the picture, not along its channels.",
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
            "The channels were moved to the end. The picture should keep its shape.",
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
        """One picture [3, 5, 3], a batch [4, 3, 5, 3], and mean and std."""
        draw = rng(seed, "unnormalise")
        mean = tuple(float(m) for m in draw.uniform(0.3, 0.6, 3).round(3))
        std = tuple(float(s) for s in draw.uniform(0.18, 0.3, 3).round(3))
        shapes = [(3, 5, 3), (4, 3, 5, 3)]
        colours = [draw.uniform(-0.4, 1.4, shape) for shape in shapes]
        channels = (3, 1, 1)
        normal = [(c - np.reshape(mean, channels)) / np.reshape(std, channels) for c in colours]
        return [torch.from_numpy(values).float() for values in normal], (mean, std)

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
        single, batch = (
            self._value(run["call"], image.double().numpy(), statistics)
            for run, image in zip(evidence["runs"], images, strict=True)
        )
        vague = {"raised", "wrong-shape", "wrong-value"}
        findings = single or batch
        if single and not batch and single[0].code in vague:
            findings = [self._only("single-image-fails", single[0])]
        elif batch and not single:
            findings = [self._only("batch-fails", batch[0])]
        changed = not all(run["unchanged"] for run in evidence["runs"])
        if changed and (not findings or findings[0].code == "batch-fails"):
            findings = [self.finding("input-modified"), *findings]
        return findings

    def _only(self, code: str, finding: Finding) -> Finding:
        return self.finding(code, finding.expected, finding.got, finding.details)

    def _value(self, call: Evidence, image: np.ndarray, statistics: Statistics) -> list[Finding]:
        value = returned(call)
        findings = call_findings(self, call) or value_findings(value, "tensor", dtypes=FLOATS)
        if findings:
            return findings
        if value.shape != image.shape and value.shape == np.moveaxis(image, -3, -1).shape:
            wanted, got = shape_text(image.shape), shape_text(value.shape)
            return [self.finding("channels-moved", wanted, got)]
        if findings := value_findings(value, "tensor", shape=image.shape):
            return findings
        results = self._results(image, *(np.array(numbers) for numbers in statistics))
        right = results[0][1]
        if np.allclose(value.values, right, atol=1e-4):
            return []
        codes = [code for code, bad in results if np.allclose(value.values, bad, atol=1e-3)]
        spot = np.unravel_index(np.abs(value.values - right).argmax(), right.shape)
        wanted = f"{number_text(float(right[spot]))} where the picture differs most"
        got = number_text(float(value.values[spot]))
        return [self.finding((codes or ["wrong-value"])[0], wanted, got)]

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
            ("inverse-order", (image + m) * s),
            ("divides", image / s + m),
            ("normalises-again", (image - m) / s),
            ("subtracts-mean", image * s - m),
            ("swapped-mean-std", image * m + s),
            ("clamped-too-early", image.clip(0, 1) * s + m),
            ("channels-last-broadcast", image * std + mean),
            ("hard-coded-statistics", image * usual_s + usual_m),
            ("times-255", right.clip(0, 1) * 255),
            ("stretched-to-range", (image - image.min()) / (image.max() - image.min())),
            ("stretched-to-range", (image - low) / (high - low)),
            ("stretched-to-range", (image - low.min(axis=-3, keepdims=True))
             / (high.max(axis=-3, keepdims=True) - low.min(axis=-3, keepdims=True))),
        ]  # fmt: skip
        clamped = [(code, bad.clip(0, 1)) for code, bad in mistakes if code != "times-255"]
        return [("right", right.clip(0, 1)), *mistakes, *clamped[1:]]


class _Step:
    """Stands for a transform: does nothing to a picture, but has a worth."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, picture: object) -> object:
        return picture

    def __repr__(self) -> str:
        return f"<transform {self.name}>"


@dataclass(frozen=True)
class _Contest:
    """Names of the base and the candidates, what the base scores, what each candidate adds."""

    base: tuple[str, ...]
    candidates: tuple[str, ...]
    start: float
    gains: Mapping[str, float]

    def score(self, names: list[str]) -> float:
        """What a list of transforms scores; two candidates together are not simply additive."""
        known = [name for name in names if name in self.gains]
        together = 0.003 * len(known) * (len(known) - 1)
        missing = 0.137 * sum(name not in names for name in self.base)
        return self.start + sum(self.gains[name] for name in known) + together - missing

    @property
    def ranked(self) -> list[tuple[str, float]]:
        return sorted(self.gains.items(), key=lambda pair: -pair[1])


class TryOneAtATime(Exercise):
    """try_one_at_a_time(base, candidates, score) -> [(name, gain)], best first."""

    id = "augment.try_one_at_a_time"
    parameters = ("base", "candidates", "score")
    checked = "each candidate alone on top of the base, the base scored once, best gain first"
    mistakes: ClassVar = {
        "scores-the-name": Mistake(
            "The name of a candidate was put into the list, not the transform itself.",
            "what you get when you loop over a dict",
        ),
        "score-needs-a-list": Mistake(
            "The function score was called with something other than a list of transforms.",
            "what the task says that score takes",
        ),
        "base-modified": Mistake(
            "Your function changed the list base. Whoever uses it next gets other transforms.",
            "how to make a longer list without touching the first one",
        ),
        "accumulates-candidates": Mistake(
            "A candidate is scored together with the ones before it. Then nobody knows which one "
            "helped.",
            "the list each candidate is added to",
        ),
        "candidate-alone": Mistake(
            "The candidates are scored alone, without the base.",
            "the list that score is called with",
        ),
        "candidate-before-base": Mistake(
            "The candidate comes before the base. It should come on top, at the end.",
            "the order in which the two lists are joined",
        ),
        "base-scored-every-time": Mistake(
            "The base is scored {count} times. Each score may be a whole training run; once is "
            "enough.",
            "which call of score does not depend on the candidate",
        ),
        "candidate-missing": Mistake(
            "Not every candidate is in your list. One that does harm is a result as well.",
            "whether something in your loop leaves candidates out",
        ),
        "loses-names": Mistake(
            "The list should hold pairs: the name of the candidate and its gain.",
            "what each element of the returned list looks like",
        ),
        "score-not-gain": Mistake(
            "Your numbers are scores. The gain is what a candidate adds to the base.",
            "what has to be subtracted",
        ),
        "gain-upside-down": Mistake(
            "Your gains have the wrong sign: a candidate that helps gets a negative one.",
            "the order of the subtraction",
        ),
        "relative-gain": Mistake(
            "Your gains are relative to the score of the base; the task asks for the difference.",
            "what the task calls gain",
        ),
        "worst-first": Mistake(
            "The worst candidate comes first.", "the direction in which you sort"
        ),
        "sorted-by-size": Mistake(
            "The list is sorted by how much a candidate changes, not by how much it helps.",
            "what you sort by: a loss is worth less than no change",
        ),
        "not-sorted": Mistake(
            "The list is not sorted by gain, best first.", "the last step before returning"
        ),
        "wrong-gain": Mistake(
            "The gains are not the score with the candidate minus the score of the base.",
            "which two scores you subtract",
        ),
    }
    names = ("blur", "crop", "flip", "grey", "jitter", "rotate", "shear", "tilt")

    def inputs(self, seed: int) -> _Contest:
        """Two transforms in the base; four candidates whose order tells nothing."""

        def draw(generator: np.random.Generator) -> _Contest:
            names = [str(name) for name in generator.permutation(self.names)[:6]]
            gains = generator.choice([-9, -7, -4, -2, 3, 5, 6, 8], size=4, replace=False) / 100
            start = round(float(generator.uniform(0.6, 0.8)), 2)
            pairs = zip(names[2:], gains, strict=True)
            ranked = {name: float(gain) for name, gain in pairs}
            return _Contest(tuple(names[:2]), tuple(names[2:]), start, ranked)

        def telling(contest: _Contest) -> bool:
            best_first = [name for name, _ in contest.ranked]
            by_size = sorted(contest.candidates, key=lambda name: -abs(contest.gains[name]))
            by_name = sorted(contest.candidates)
            orders = [list(contest.candidates), by_size, by_name, best_first]
            values = list(contest.gains.values())
            return (
                all(a != b for k, a in enumerate(orders) for b in orders[k + 1 :])
                and by_name != best_first[::-1] != list(contest.candidates)
                and by_size != best_first[::-1] and min(values) < 0 < max(values)
            )  # fmt: skip

        return draw_until(seed, "contest", draw, telling)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        contest = self.inputs(seed)
        base = [_Step(name) for name in contest.base]
        candidates = {name: _Step(name) for name in contest.candidates}
        kept = list(base)
        scored: list[Evidence] = []

        def score(transforms: list[_Step]) -> float:
            listed = isinstance(transforms, list | tuple)
            steps = [_name_of(step) for step in transforms] if listed else []
            if len(scored) < 100:
                scored.append({"listed": listed, "steps": steps, "intact": base == kept})
            return contest.score(steps)

        call = observe_call(answer, base, candidates, score)
        intact = len(base) == len(kept) and all(a is b for a, b in zip(base, kept, strict=True))
        return {"call": call, "scored": scored, "intact": intact}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        contest = self.inputs(seed)
        value = returned(evidence["call"])
        basic = call_findings(self, evidence["call"])
        if basic and (basic[0].code in ("not-started", "wrong-signature") or "raised" in evidence):
            return basic
        scoring = self._scoring(evidence, contest)
        if scoring and scoring[0].code in ("scores-the-name", "score-needs-a-list"):
            return scoring
        if basic:
            return basic
        findings = scoring + (self._result(value, contest) if not scoring else [])
        calls = [step["steps"] for step in evidence["scored"]]
        count = sum(steps == list(contest.base) for steps in calls)
        if count > 1:
            findings.append(self.finding("base-scored-every-time", "1", str(count), count=count))
        return findings

    def _scoring(self, evidence: Evidence, contest: _Contest) -> list[Finding]:
        base = list(contest.base)
        if any(not step["listed"] for step in evidence["scored"]):
            return [self.finding("score-needs-a-list")]
        calls = [step["steps"] for step in evidence["scored"]]
        if any(name.startswith("the text ") for steps in calls for name in steps):
            return [self.finding("scores-the-name", "a transform", "its name")]
        if not evidence["intact"] or any(not step["intact"] for step in evidence["scored"]):
            return [self.finding("base-modified", "base as it was", "base changed on the way")]
        together = [s for s in calls if sum(name in contest.gains for name in s) > 1]
        if together:
            got = ", ".join(together[0])
            wanted = ", ".join([*base, contest.candidates[0]])
            return [self.finding("accumulates-candidates", f"for instance {wanted}", got)]
        alone = [s for s in calls if len(s) == 1 and s[0] in contest.gains]
        if alone:
            wanted = ", ".join([*base, alone[0][0]])
            return [self.finding("candidate-alone", wanted, alone[0][0])]
        before = [s for s in calls if len(s) > 1 and s[0] in contest.gains]
        if before:
            wanted = ", ".join([*base, before[0][0]])
            return [self.finding("candidate-before-base", wanted, ", ".join(before[0]))]
        return []

    def _result(self, value: Seen, contest: _Contest) -> list[Finding]:
        findings = value_findings(value, "list")
        if findings:
            return findings
        pairs = [item.items for item in value.items]
        if any(len(pair) != 2 or pair[0].text is None for pair in pairs):
            wanted, got = "[(name, gain), ...]", value.describe()
            return [self.finding("loses-names", wanted, got)]
        names = [str(pair[0].text) for pair in pairs]
        missing = [name for name in contest.candidates if name not in names]
        if missing:
            return [self.finding("candidate-missing", f"also {missing[0]}", ", ".join(names))]
        for name, gain in pairs:
            if findings := value_findings(gain, "number", f"As gain of {name.text}, your function"):
                return findings
        gains = {str(name.text): gain.number for name, gain in pairs}
        if set(gains) != set(contest.gains) or len(names) != len(gains):
            return [self.finding("wrong-gain", ", ".join(contest.candidates), ", ".join(names))]
        return self._gains(gains, contest) or self._order(names, contest)

    def _gains(self, gains: dict[str, float], contest: _Contest) -> list[Finding]:
        for name, right in contest.gains.items():
            got = gains[name]
            if abs(got - right) < 6e-4:
                continue
            code = nearest(got, {
                "score-not-gain": contest.start + right,
                "gain-upside-down": -right,
                "relative-gain": right / contest.start,
            }, 6e-4)  # fmt: skip
            wanted = f"{right:+.2g} for {name}"
            return [self.finding(code or "wrong-gain", wanted, f"{got:+.3g}")]
        return []

    def _order(self, names: list[str], contest: _Contest) -> list[Finding]:
        ranked = [name for name, _ in contest.ranked]
        if names == ranked:
            return []
        by_size = sorted(ranked, key=lambda name: -abs(contest.gains[name]))
        codes = {tuple(ranked[::-1]): "worst-first", tuple(by_size): "sorted-by-size"}
        code = codes.get(tuple(names), "not-sorted")
        return [self.finding(code, ", ".join(ranked), ", ".join(names))]


def _name_of(step: object) -> str:
    if isinstance(step, _Step):
        return step.name
    return f"the text {step[:40]}" if isinstance(step, str) else f"a {type(step).__name__}"[:60]


@dataclass(frozen=True)
class _Probe:
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
            "The model was in training mode while you measured it.",
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
            "That is the accuracy on augmented pictures; it is not yet related to the clean ones.",
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
        "wrong-value": Mistake(
            "The affinity is not the accuracy on augmented pictures over the one on clean ones.",
            "both accuracies, one after the other",
        ),
    }

    def inputs(self, seed: int) -> list[_Probe]:
        """In evaluation mode; in training with a frozen stage; one that knows no clean picture."""
        first, second = (
            draw_until(seed, f"affinity-{k}", self._draw, self._telling) for k in range(2)
        )
        first.model.eval()
        freeze_first_stage(second.model)
        images = first.clean[0]
        wrong = (quiet_logits(first.model, images).argmax(dim=1) + 1) % 5
        return [first, second, _Probe(first.model, (images, wrong), first.augmented)]

    @staticmethod
    def _draw(generator: np.random.Generator) -> _Probe:
        model = WatchedModel(generator, classes=5)
        clean = images_and_labels(generator, model, pictures=19, hit_rate=0.8)
        return _Probe(model, clean, images_and_labels(generator, model, 21, hit_rate=0.45))

    def _telling(self, case: _Probe) -> bool:
        sure = decided(case.model, case.clean[0]) and decided(case.model, case.augmented[0])
        results = self._results(case)
        return sure and results["right"] < 0.9 and apart(results, 5e-3)

    @staticmethod
    def _results(case: _Probe) -> dict[str, float]:
        """The right affinity, and what each mistake gives."""
        hits = [
            (quiet_logits(case.model, images).argmax(dim=1) == labels).double()
            for images, labels in (case.clean, case.augmented)
        ]
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
            })  # fmt: skip
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        for run, case in zip(evidence["runs"], self.inputs(seed), strict=True):
            results = self._results(case)
            findings = self._value(run, results)
            ran = not findings or findings[0].code not in ("not-started", "wrong-signature")
            if ran and (story := mode_story(run["before"], run["after"])):
                findings.append(self.finding("mode-not-restored", story=story))
            if findings:
                return findings
        return []

    def _value(self, run: Evidence, results: dict[str, float]) -> list[Finding]:
        value, nothing_clean = returned(run["call"]), len(results) == 1
        findings = call_findings(self, run["call"])
        if nothing_clean and run["call"].get("raised", {}).get("type") == "ZeroDivisionError":
            return [self.finding("zero-division", "0", "ZeroDivisionError")]
        if findings:
            return findings
        if run["training"]:
            return [self.finding("training-mode")]
        wrapped = value.kind == "tensor" and value.values.size == 1
        if wrapped and close(value.number, results["right"]):
            return [self.finding("returns-tensor", "a plain number", value.describe())]
        findings = [] if wrapped else value_findings(value, "number")
        if nothing_clean and (not findings or findings[0].code == "not-finite"):
            wrong = not value.finite or abs(value.number) > 1e-4
            return [self.finding("zero-division", "0", number_text(value.number))] if wrong else []
        if findings:
            return findings
        if close(value.number, results["right"]):
            return []
        code = nearest(value.number, results) or "wrong-value"
        if code == "wrong-value" and close(-value.number, results["difference-not-ratio"]):
            code = "difference-not-ratio"
        return [self.finding(code, number_text(results["right"]), number_text(value.number))]


EXERCISES: tuple[Exercise, ...] = (
    TrainTransform(),
    ValidTransform(),
    Unnormalise(),
    TryOneAtATime(),
    Affinity(),
)
