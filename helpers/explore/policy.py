"""Every transform of the augmentation widget, in one table: article, Data Augmentation.

`KNOBS` names what can be turned, `STEPS` says how the knobs become torchvision v2 transforms and
in which order. The picture on the screen, the code to copy, the words for a reader who cannot see
the picture and the tests all come from these two tables.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torchvision.transforms import v2

from helpers.errors import CourseError

Settings = Mapping[str, float]
MARGIN = 3 / 8  # of the side: what is padded around a picture to have something in its corners
AUTOMATIC = ("none", "TrivialAugmentWide", "RandAugment", "AutoAugment", "AugMix")


@dataclass(frozen=True)
class Knob:
    """One thing to turn.

    Attributes:
        name: key of the value in the settings.
        label: what the learner reads beside it.
        low, high, step: range of the slider. A switch goes from 0 to 1 in one step.
        off: the value that leaves the picture as it is.
        group: heading it stands under.
        words: what it does at a value, with `{x}` for the value and `{p}` for the value in %.
        note: one line of explanation.
        choices: names of the values 0, 1, 2 ... where the value is a choice.
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    off: float
    group: str
    words: str
    note: str
    choices: tuple[str, ...] = ()

    @property
    def is_switch(self) -> bool:
        """Whether it is simply on or off."""
        return (self.low, self.high, self.step) == (0, 1, 1) and not self.choices

    def say(self, value: float) -> str:
        """The setting in words."""
        choice = self.choices[int(value)] if self.choices else ""
        return self.words.format(x=f"{value:g}", p=f"{100 * value:.0f} %", choice=choice)


# fmt: off
KNOBS: tuple[Knob, ...] = (
    Knob("rotation", "Rotation °", 0, 180, 1, 0, "Place", "turned by up to {x}°",
         "RandomRotation: any angle up to this one, either way"),
    Knob("crop", "Smallest crop", 0.05, 1, 0.05, 1, "Place", "cropped to as little as {p} of it",
         "RandomResizedCrop: a random part of at least this area, scaled back to full size"),
    Knob("shift", "Shift", 0, 0.5, 0.02, 0, "Place", "shifted by up to {p}",
         "RandomAffine translate: as a fraction of the side"),
    Knob("zoom_out", "Zoom out to", 0.3, 1, 0.05, 1, "Place", "shrunk to as little as {p}",
         "RandomAffine scale, lower end"),
    Knob("zoom_in", "Zoom in to", 1, 2.5, 0.05, 1, "Place", "enlarged to as much as {p}",
         "RandomAffine scale, upper end"),
    Knob("shear", "Shear °", 0, 45, 1, 0, "Place", "sheared by up to {x}°",
         "RandomAffine shear, both ways"),
    Knob("perspective", "Perspective", 0, 0.8, 0.02, 0, "Place", "seen askew, distortion {x}",
         "RandomPerspective: how far the corners may move"),
    Knob("mirror", "Mirror left-right", 0, 1, 1, 0, "Place", "half of them mirrored left to right",
         "RandomHorizontalFlip, one picture in two"),
    Knob("upside_down", "Mirror top-bottom", 0, 1, 1, 0, "Place",
         "half of them mirrored top to bottom", "RandomVerticalFlip, one picture in two"),
    Knob("mirror_corners", "Mirrored corners", 0, 1, 1, 0, "Place",
         "with mirrored instead of black corners",
         "Pad with reflections first, cut them off last: no black corners"),
    Knob("smooth", "Smooth edges", 0, 1, 1, 0, "Place",
         "with smooth edges", "interpolation: bilinear instead of the nearest pixel"),
    Knob("brightness", "Brightness ±", 0, 1, 0.05, 0, "Light and colour",
         "brightness changed by up to {p}", "ColorJitter brightness"),
    Knob("contrast", "Contrast ±", 0, 1, 0.05, 0, "Light and colour",
         "contrast changed by up to {p}", "ColorJitter contrast"),
    Knob("saturation", "Saturation ±", 0, 1, 0.05, 0, "Light and colour",
         "saturation changed by up to {p}", "ColorJitter saturation"),
    Knob("hue", "Hue ±", 0, 0.5, 0.01, 0, "Light and colour",
         "hue turned by up to {x} of the colour circle",
         "ColorJitter hue: 0.5 turns to the opposite colour"),
    Knob("grey", "Without colour", 0, 1, 0.05, 0, "Light and colour", "{p} of them made grey",
         "RandomGrayscale: share of the pictures"),
    Knob("blur", "Blur", 0, 4, 0.1, 0, "Camera", "blurred by up to {x} pixels",
         "GaussianBlur: largest sigma in pixels"),
    Knob("noise", "Noise", 0, 0.3, 0.01, 0, "Camera", "noise of {x} of full scale",
         "GaussianNoise: standard deviation"),
    Knob("erasing", "Erasing", 0, 1, 0.05, 0, "Camera", "a patch erased from {p} of them",
         "RandomErasing: share of the pictures that lose a black rectangle"),
    Knob("sharpness", "Sharpness", 0, 8, 0.5, 1, "More", "sharpness times {x} in half of them",
         "RandomAdjustSharpness: 0 is soft, 1 leaves it alone"),
    Knob("posterize", "Bits a channel", 1, 8, 1, 8, "More", "{x} bits a channel in half of them",
         "RandomPosterize: 8 leaves it alone"),
    Knob("solarize", "Solarize above", 0, 256, 8, 256, "More",
         "tones above {x} inverted in half of them", "RandomSolarize: 256 leaves it alone"),
    Knob("autocontrast", "Autocontrast", 0, 1, 1, 0, "More", "full contrast in half of them",
         "RandomAutocontrast, one picture in two"),
    Knob("equalize", "Equalize", 0, 1, 1, 0, "More", "tones equalised in half of them",
         "RandomEqualize, one picture in two"),
    Knob("invert", "Negative", 0, 1, 1, 0, "More", "half of them in negative",
         "RandomInvert, one picture in two"),
    Knob("channels", "Swap channels", 0, 1, 1, 0, "More", "colour channels swapped",
         "RandomChannelPermutation"),
    Knob("automatic", "Ready-made", 0, len(AUTOMATIC) - 1, 1, 0, "More", "with {choice}",
         "a policy that others have found", AUTOMATIC),
)
# fmt: on


@dataclass(frozen=True)
class Call:
    """One transform: the name in torchvision.transforms.v2 and its keyword arguments."""

    name: str
    arguments: Mapping[str, Any]

    def build(self) -> Callable[[Any], Any]:
        """The transform itself."""
        transform: Callable[[Any], Any] = getattr(v2, self.name)(**self.arguments)
        return transform

    def code(self) -> str:
        """The transform as the learner would write it."""
        written = ", ".join(f"{key}={_written(value)}" for key, value in self.arguments.items())
        return f"v2.{self.name}({written})"


def _written(value: Any) -> str:
    if isinstance(value, v2.InterpolationMode):
        return f"v2.InterpolationMode.{value.name}"
    return repr(value)


Arguments = Callable[[Settings, int], dict[str, Any] | None]


@dataclass(frozen=True)
class Step:
    """How some knobs become one transform; `arguments` gives None where they leave it out."""

    transform: str
    arguments: Arguments


def _number(value: float) -> float | int:
    """A slider's value without the dust of floating point: 25, not 25.0; 0.3, not 0.30000001."""
    value = round(float(value), 4)
    return int(value) if value == int(value) else value


def _smoothly(s: Settings) -> dict[str, Any]:
    return {"interpolation": v2.InterpolationMode.BILINEAR} if s["smooth"] else {}


def _rotation(s: Settings, size: int) -> dict[str, Any] | None:
    if not s["rotation"] or _moved(s):
        return None
    return {"degrees": _number(s["rotation"]), **_smoothly(s)}


def _affine(s: Settings, size: int) -> dict[str, Any] | None:
    """Shift, zoom and shear; the rotation goes with them, since every resampling blurs."""
    moved = _moved(s)
    return {"degrees": _number(s["rotation"]), **moved, **_smoothly(s)} if moved else None


def _moved(s: Settings) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if s["shift"]:
        # torchvision counts in sides of what it is given, which is padded here.
        shift = _number(s["shift"] / (1 + 2 * MARGIN if s["mirror_corners"] else 1))
        arguments["translate"] = (shift, shift)
    if (s["zoom_out"], s["zoom_in"]) != (1, 1):
        arguments["scale"] = (_number(s["zoom_out"]), _number(s["zoom_in"]))
    if s["shear"]:
        shear = _number(s["shear"])
        arguments["shear"] = (-shear, shear, -shear, shear)
    return arguments


def _jitter(s: Settings, size: int) -> dict[str, Any] | None:
    names = ("brightness", "contrast", "saturation", "hue")
    return {name: _number(s[name]) for name in names if s[name]} or None


def _blur(s: Settings, size: int) -> dict[str, Any] | None:
    if not s["blur"]:
        return None
    sigma = _number(s["blur"])
    return {"kernel_size": 2 * math.ceil(2 * sigma) + 1, "sigma": (min(0.1, sigma), sigma)}


def _pad(s: Settings, size: int) -> dict[str, Any] | None:
    return (
        {"padding": int(size * MARGIN), "padding_mode": "reflect"} if s["mirror_corners"] else None
    )


def _uncut(s: Settings) -> bool:
    """Whether nothing else has made the picture a square of the right size."""
    return s["crop"] == 1 and not s["mirror_corners"]


def _switch(name: str) -> Arguments:
    return lambda s, size: {"p": 0.5} if s[name] else None


def _share(name: str) -> Arguments:
    return lambda s, size: {"p": _number(s[name])} if s[name] else None


def _when(name: str, off: float, make: Callable[[float | int], dict[str, Any]]) -> Arguments:
    return lambda s, size: None if s[name] == off else make(_number(s[name]))


def _chosen(name: str) -> Arguments:
    return lambda s, size: {} if AUTOMATIC[int(s["automatic"])] == name else None


# The order of the article: place first, then light and colour, then tensors, then what a camera
# does to the finished picture. Normalisation comes last and is added by `code` and `build`.
STEPS: tuple[Step, ...] = (
    Step("Resize", lambda s, size: {"size": size} if s["mirror_corners"] else None),
    Step("CenterCrop", lambda s, size: {"size": size} if s["mirror_corners"] else None),
    Step("Pad", _pad),
    Step("RandomRotation", _rotation),
    Step("RandomAffine", _affine),
    Step("RandomPerspective", _when("perspective", 0, lambda x: {"distortion_scale": x, "p": 1})),
    Step("Resize", lambda s, size: {"size": size} if _uncut(s) else None),
    Step(
        "CenterCrop", lambda s, size: {"size": size} if s["mirror_corners"] or _uncut(s) else None
    ),
    Step(
        "RandomResizedCrop",
        lambda s, size: None if s["crop"] == 1 else {"size": size, "scale": (s["crop"], 1)},
    ),
    Step("RandomHorizontalFlip", _switch("mirror")),
    Step("RandomVerticalFlip", _switch("upside_down")),
    *(Step(name, _chosen(name)) for name in AUTOMATIC[1:]),
    Step("ColorJitter", _jitter),
    Step("RandomGrayscale", _share("grey")),
    Step("RandomPosterize", _when("posterize", 8, lambda x: {"bits": x})),
    Step("RandomSolarize", _when("solarize", 256, lambda x: {"threshold": x})),
    Step("RandomAutocontrast", _switch("autocontrast")),
    Step("RandomEqualize", _switch("equalize")),
    Step("RandomInvert", _switch("invert")),
    Step("RandomChannelPermutation", _when("channels", 0, lambda x: {})),
    Step("RandomAdjustSharpness", _when("sharpness", 1, lambda x: {"sharpness_factor": x})),
    Step("GaussianBlur", _blur),
    Step("ToImage", lambda s, size: {}),
    Step("ToDtype", lambda s, size: {"dtype": torch.float32, "scale": True}),
    Step("GaussianNoise", _when("noise", 0, lambda x: {"sigma": x})),
    Step("RandomErasing", _share("erasing")),
)

_COMMENT = "# Variant k on the screen: torch.manual_seed({seed} + k) first.\n"
NOTHING: Settings = {knob.name: knob.off for knob in KNOBS}
# "matched" does to garden pictures what the field does: any angle, any side of the light, nearer
# and farther. It leaves the hue alone, which tells some species apart.
PRESETS: Mapping[str, Settings] = {
    "nothing": {},
    "the article's": {"rotation": 25, "crop": 0.1},
    "matched to the field": {
        "rotation": 180, "zoom_out": 0.7, "zoom_in": 1.15, "shift": 0.08, "shear": 10,
        "mirror": 1, "mirror_corners": 1, "smooth": 1,
        "brightness": 0.35, "contrast": 0.2, "saturation": 0.1,
    },
    "every colour": {"hue": 0.5, "saturation": 0.5},
    "far too much": {
        "rotation": 180, "zoom_out": 0.3, "shift": 0.3, "shear": 40, "perspective": 0.6,
        "brightness": 0.9, "contrast": 0.9, "hue": 0.5, "erasing": 1,
    },
}  # fmt: skip


def complete(settings: Settings) -> dict[str, float]:
    """The settings with every knob that is not named turned off.

    Raises:
        CourseError: a knob that does not exist, or a value that is not a number in its range.
    """
    if not isinstance(settings, Mapping):
        raise CourseError(
            f"{type(settings).__name__} is not a set of transforms: give the name of a preset or "
            "a dictionary, such as {'rotation': 25}."
        )
    known = {knob.name: knob for knob in KNOBS}
    for name, value in settings.items():
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(known)}."
            raise CourseError(f"There is no transform called {name!r}: {hint}")
        knob = known[name]
        if not isinstance(value, int | float):
            raise CourseError(
                f"{name} = {value!r} is not a number: use {knob.low:g} to {knob.high:g}."
            )
        if not knob.low <= value <= knob.high:
            raise CourseError(f"{name} = {value:g} is outside {knob.low:g} to {knob.high:g}.")
    return {**NOTHING, **settings}


def preset(name: str) -> dict[str, float]:
    """The settings of a preset.

    Raises:
        CourseError: there is no such preset.
    """
    if name not in PRESETS:
        known = ", ".join(repr(key) for key in PRESETS)
        raise CourseError(f"There is no preset called {name!r}: choose from {known}.")
    return complete(PRESETS[name])


def calls(settings: Settings, size: int) -> list[Call]:
    """The transforms behind some settings, in order, from a PIL image to a float tensor.

    Args:
        settings: values by knob; those left out are off.
        size: side of the result, in pixels.
    """
    full = complete(settings)
    made = [(step.transform, step.arguments(full, size)) for step in STEPS]
    return [Call(name, arguments) for name, arguments in made if arguments is not None]


def build(settings: Settings, size: int) -> v2.Compose:
    """PIL image -> float tensor [3, size, size] in [0, 1]: what the widget shows."""
    return v2.Compose([call.build() for call in calls(settings, size)])


def code(
    settings: Settings,
    size: int,
    mean: tuple[float, ...],
    std: tuple[float, ...],
    seed: int | None = None,
) -> str:
    """Python that builds the same transform and normalises, ready to paste into a cell.

    Args:
        settings: values by knob; those left out are off.
        size: side of the result, in pixels.
        mean, std: of the backbone's inputs.
        seed: of the first variant on the screen, for a comment that says how to get them again.
    """
    lines = [call.code() for call in calls(settings, size)]
    lines.append(f"v2.Normalize(mean={tuple(mean)!r}, std={tuple(std)!r})")
    comment = "" if seed is None else _COMMENT.format(seed=seed)
    body = "".join(f"    {line},\n" for line in lines)
    return (
        "import torch\nfrom torchvision.transforms import v2\n\n"
        f"train_transform = v2.Compose([\n{body}])\n{comment}"
    )


def describe(settings: Settings) -> str:
    """The settings in one sentence."""
    full = complete(settings)
    said = [knob.say(full[knob.name]) for knob in KNOBS if full[knob.name] != knob.off]
    if not said:
        return "No augmentation: all pictures are the original."
    words = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return f"Pictures are {words}."
