"""Exercise augment.valid_transform: the same tensor every time."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from PIL import Image

from helpers.checks.augment.transform import (
    COLOURS,
    FORM_MISTAKES,
    NORMALISE_MISTAKES,
    Setting,
    TransformExercise,
)
from helpers.checks.core import Evidence, Finding, Mistake
from helpers.checks.pictures import Placement, map_picture, plain_picture
from helpers.checks.reading import close

#: Views of one picture: a step that acts on half of them escapes once in millions.
REPEATS = 24


class ValidTransform(TransformExercise):
    """valid_transform(size, mean, std) -> the same tensor every time, nothing distorted."""

    id = "augment.valid_transform"
    own_versions = (
        "helpers.data.plain_transform",
        "helpers.explore.policy.build",
    )
    checked = (
        "the same result every time, short side resized with proportions kept, the middle cut out, "
        "the same normalisation as in training"
    )
    mistakes: ClassVar = (
        FORM_MISTAKES
        | NORMALISE_MISTAKES
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
                "The piece that your transform cuts out does not lie in the middle. A flower "
                "usually does.",
                "which crop you use",
            ),
            "turned": Mistake(
                "The pictures come out turned or mirrored. Validation pictures stay as they are.",
                "every step of yours that does more than resize and cut",
            ),
            "wrong-zoom": Mistake(
                "The piece of the picture that is left is not as large as it should be.",
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

    def _looks(self, evidence: Evidence, first: Setting, second: Setting) -> list[Finding]:
        if any(_varies(evidence["views"][name]["stack"]) for name in self.shapes):
            chance = self.finding("random-validation", "one view", "several views")
            plain = [evidence["views"]["colour0"]["stack"], evidence["again"]["stack"]]
            steady = not any(_varies(np.median(stack, axis=(2, 3))) for stack in plain)
            return [chance, *(self._normalised(evidence, first, second) if steady else [])]
        findings = self._normalised(evidence, first, second)
        for name, size in self.shapes.items():
            placements = self._placements(evidence, name, map_picture(*size))
            if not placements:
                wanted = f"the middle of a {size[0]} × {size[1]} picture"
                return findings or [self.finding("wrong-zoom", wanted, "nothing recognisable")]
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
            got = "a mirror image" if mirrored else f"turned by {placement.angle:.0f} degrees"
            return [self.finding("turned", "upright, as it came", got)]
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
            away = [f"{abs(float(place)):.0f}" for place in placement.centre]
            got = f"{away[0]} pixels beside it, {away[1]} above or below"
            return [self.finding("off-centre", "the middle of the picture", got)]
        return []


def _varies(views: np.ndarray) -> bool:
    """Whether one picture comes out differently from time to time."""
    return bool(np.abs(views - views[:1]).max() > 1e-4)
