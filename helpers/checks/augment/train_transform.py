"""Exercise augment.train_transform: turn, crop at random, normalise."""

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

#: Views of one picture: enough for a rotation of up to 25 degrees to come near both ends.
DRAWS = 96
#: Pixels of that picture. It is square: a step that makes it square first changes nothing.
SIDE = 104


class TrainTransform(TransformExercise):
    """train_transform(size, mean, std) -> PIL picture to tensor [3, size, size], augmented."""

    id = "augment.train_transform"
    own_versions = (
        "helpers.data.field_transform",
        "helpers.explore.policy.build",
    )
    checked = (
        "turned by up to 25 degrees either way, then a random crop at a random zoom, the size and "
        "the normalisation you were asked for"
    )
    mistakes: ClassVar = (
        FORM_MISTAKES
        | NORMALISE_MISTAKES
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
                "Your transform never turns the pictures.",
                "the first step of the recipe; the angle is in degrees",
            ),
            "rotation-range": Mistake(
                "Your transform turns the pictures, but not by up to 25 degrees either way.",
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
            ("map", map_picture(SIDE, SIDE), DRAWS),
            ("colour0", plain_picture(72, 64, COLOURS[0]), 24),
            ("colour1", plain_picture(64, 72, COLOURS[1]), 24),
        ]

    def _looks(self, evidence: Evidence, first: Setting, second: Setting) -> list[Finding]:
        stack = evidence["views"]["map"]["stack"]
        if np.abs(stack - stack[:1]).max() < 1e-3:
            fixed = self.finding("no-randomness", f"{len(stack)} different views", "one view")
            return [fixed, *self._normalised(evidence, first, second)]
        if self._colours_change(evidence["views"]["colour0"], first):
            wanted, got = "one colour stays one colour", "another colour almost every time"
            return [self.finding("colours-changed", wanted, got)]
        findings = self._normalised(evidence, first, second)
        if _flat(stack):  # the one colour is then mixed with that of the empty corners
            findings = [finding for finding in findings if finding.code != "other-statistics"]
        placements = self._placements(evidence, "map", map_picture(SIDE, SIDE))
        if placements is None or len(placements) < len(stack) // 3:
            count = f"{len(placements or [])} of {len(stack)}"
            got = f"{count} pictures in which the original can be recognised"
            return findings or [self.finding("unrecognisable", "most of them", got)]
        return findings + self._geometry(placements)

    @staticmethod
    def _colours_change(view: Evidence, setting: Setting) -> bool:
        """Whether one plain picture comes out in many colours.

        A crop may lie in an empty corner now and then, so most draws decide, not all of them.
        """
        each = np.median(view["stack"].astype(np.float64), axis=(2, 3)) * np.array(setting.std)
        usual = (np.abs(each - np.median(each, axis=0)) < 0.02).all(axis=1)
        return bool(usual.mean() < 0.5)

    def _geometry(self, placements: list[Placement]) -> list[Finding]:
        turned = [p for p in placements if abs(_upright_angle(p)) > 5]
        crop_first = len(turned) >= 10 and _rows_straight(turned)
        angles = np.array([_upright_angle(placement, crop_first) for placement in placements])
        zooms = np.log([abs(np.linalg.det(placement.matrix)) for placement in placements])
        places = np.array([placement.centre for placement in placements])
        findings = []
        largest, least, most = np.abs(angles).max(), angles.min(), angles.max()
        if largest < 1.5:
            findings.append(self.finding("no-rotation", "between -25 and 25 degrees", "0 degrees"))
        crops = zooms.std() > 0.01
        if not crops:
            story = (
                "Your transform cuts out pieces at random places, but always of the same size."
                if places.std(axis=0).max() > 1
                else "Your transform uses the whole picture every time: nothing is cut out."
            )
            wanted = "pieces of many sizes, from many places"
            findings.append(self.finding("no-crop", wanted, "one size", story=story))
        if crops and crop_first:
            wanted, got = "turned, then cut out", "cut out first"
            findings.append(self.finding("crop-before-rotation", wanted, got))
        if largest >= 1.5 and not (20 < largest < 26.5 and least < -5 and most > 5):
            got = f"between {round(least)} and {round(most)} degrees, in {len(angles)} pictures"
            findings.append(self.finding("rotation-range", "between -25 and 25 degrees", got))
        return findings


def _flat(stack: np.ndarray) -> bool:
    """Whether most views [n, 3, size, size] are of one colour each."""
    spread = stack.max(axis=(2, 3)) - stack.min(axis=(2, 3))
    return bool(np.median(spread.max(axis=1)) < 1e-3)


def _rows_straight(turned: list[Placement]) -> bool:
    """Whether pictures were stretched before they were turned, as a crop that comes first does."""
    columns, rows = np.median([placement.skews for placement in turned], axis=0)
    return bool(columns > 0.025 and rows < columns / 2)


def _upright_angle(placement: Placement, by_rows: bool = False) -> float:
    """The angle of turning, a mirror image being turned back first.

    Where a crop came first, the rows tell it exactly; otherwise the columns do.
    """
    mirrored = np.sign(np.linalg.det(placement.matrix))
    if by_rows:
        right = placement.matrix[0] * np.array([mirrored, -1])
    else:
        right = placement.matrix[:, 0] * mirrored
    return float(np.degrees(np.arctan2(right[1], right[0])))
