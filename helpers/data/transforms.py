"""From a picture to a tensor: without chance for validation, with chance for training."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.nn import functional
from torchvision.transforms import v2

Triple = tuple[float, float, float]
Matrix = NDArray[np.float64]

BRIGHTNESS = (0.73, 1.37)  # factors: half a stop less or more


def plain_transform(size: int, mean: Triple, std: Triple) -> v2.Compose:
    """No chance in it: PIL image in, normalised float tensor [3, size, size] out.

    The short side becomes `size` pixels, proportions kept; then the middle is cut out.
    """
    return v2.Compose(
        [v2.RGB(), v2.Resize(size), v2.CenterCrop(size), *_to_tensor(), v2.Normalize(mean, std)]
    )


def field_transform(size: int, mean: Triple, std: Triple, hue: float = 0.0) -> v2.Compose:
    """Augmentation that makes garden pictures look as if taken in the field.

    PIL image in, normalised float tensor [3, size, size] out. Any rotation, a flip, smaller and
    larger, off the middle, seen at a slant, lighter and darker, warmer and colder, in patchy
    shade, a little blurred, grainy, partly hidden. No hue, unless asked for: some species differ
    by nothing else. A picture of 128 pixels takes 2-3 ms.

    Args:
        size: side of the result, in pixels.
        mean, std: of the network's inputs.
        hue: strength of hue jitter, in turns; 0.5 is any hue.
    """
    return v2.Compose(
        [
            v2.RGB(),
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.RandomHorizontalFlip(),
            Viewpoint(),
            v2.ColorJitter(brightness=BRIGHTNESS, contrast=0.2, saturation=0.12, hue=hue),
            *_to_tensor(),
            Light(),
            v2.RandomApply([v2.GaussianBlur(3, sigma=(0.3, 0.9))], p=0.3),
            v2.RandomApply([v2.GaussianNoise(sigma=0.02)], p=0.3),
            v2.Normalize(mean, std),
            v2.RandomErasing(p=0.25, scale=(0.02, 0.1)),
        ]
    )


def _to_tensor() -> list[v2.Transform]:
    return [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.ToPureTensor()]


class Viewpoint(v2.Transform):
    """The same subject from elsewhere: turned, nearer or farther, off the middle, at a slant.

    What RandomRotation, RandomAffine and RandomPerspective do one after the other, in one
    resampling: sharper, and three times faster. Beyond its edges the picture is mirrored, so
    there are no black corners. PIL images only.
    """

    def __init__(
        self,
        degrees: float = 180.0,
        scale: tuple[float, float] = (0.7, 1.15),
        shift: float = 0.08,
        tilt: float = 34.0,
        perspective: float = 0.12,
    ) -> None:
        """Choose the ranges that each picture's viewpoint is drawn from.

        Args:
            degrees: largest rotation, either way.
            scale: range of factors; below 1 the subject gets smaller.
            shift: largest move, as a share of the side.
            tilt: largest angle, in degrees, between the line of sight and the normal.
            perspective: how much the far side may shrink, as a share.
        """
        super().__init__()
        self.degrees, self.scale, self.shift = degrees, scale, shift
        self.tilt, self.perspective = tilt, perspective

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        """Draw one viewpoint: the linear map, the move and the vanishing line."""
        draw = torch.rand(8, dtype=torch.float64).tolist()
        low, high = (math.log(factor) for factor in self.scale)
        zoom = math.exp(low + draw[0] * (high - low))
        axis = draw[2] * 2 * math.pi
        foreshorten = np.diag([1 / math.cos(math.radians(draw[3] * self.tilt)), 1.0])
        turn = _rotation((2 * draw[1] - 1) * math.radians(self.degrees))
        return {
            "linear": turn @ _rotation(axis) @ foreshorten @ _rotation(-axis) / zoom,
            "move": [(2 * d - 1) * 2 * self.shift for d in draw[4:6]],
            "vanish": [(2 * d - 1) * self.perspective for d in draw[6:8]],
        }

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        """Resample one image; whatever is not a PIL image passes unchanged."""
        if not isinstance(inpt, Image.Image):
            return inpt
        side = inpt.width
        margin = side * 3 // 4  # a corner comes from no farther, but for the rarest viewpoints
        return _mirrored(inpt, margin).transform(
            (side, inpt.height),
            Image.Transform.PERSPECTIVE,
            _coefficients(side, margin, **params),
            Image.Resampling.BILINEAR,
        )


def _rotation(angle: float) -> Matrix:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s], [s, c]])


def _coefficients(
    side: int, margin: int, linear: Matrix, move: list[float], vanish: list[float]
) -> list[float]:
    """PIL's eight numbers: from a pixel of the result to a place in the mirrored picture.

    In between, coordinates run from -1 to 1 across the picture.
    """
    half = side / 2
    to_unit = np.array([[1 / half, 0, -1], [0, 1 / half, -1], [0, 0, 1]])
    shifted = np.array([[1, 0, move[0]], [0, 1, move[1]], [vanish[0], vanish[1], 1]])
    mapped = np.eye(3)
    mapped[:2, :2] = linear
    back = np.array([[half, 0, half + margin], [0, half, half + margin], [0, 0, 1]])
    whole = back @ mapped @ shifted @ to_unit
    return (whole / whole[2, 2]).ravel()[:8].tolist()


def _mirrored(image: Image.Image, margin: int) -> Image.Image:
    """The image with a margin on all sides that mirrors it."""
    width, height = image.size
    canvas = Image.new(image.mode, (width + 2 * margin, height + 2 * margin))
    across = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for row, upright in ((-1, False), (0, True), (1, False)):
        for column, part in ((-1, across), (0, image), (1, across)):
            tile = part if upright else part.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
            canvas.paste(tile, (margin + column * width, margin + row * height))
    return canvas


class Light(v2.Transform):
    """Another light: warmer or colder, and now and then patchy shade. Float tensors in [0, 1]."""

    def __init__(self, warmth: float = 0.08, shade: float = 0.5, p: float = 0.4) -> None:
        """Choose the ranges.

        Args:
            warmth: largest gain of red over green, either way; blue goes against it.
            shade: largest share of light that shade takes away.
            p: probability of shade.
        """
        super().__init__()
        self.warmth, self.shade, self.p = warmth, shade, p

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        """Draw one light."""
        warmth, depth, chance = torch.rand(3).tolist()
        patches = torch.rand(1, 1, 5, 5) if chance < self.p else None
        return {
            "warmth": (2 * warmth - 1) * self.warmth,
            "depth": depth * self.shade,
            "patches": patches,
        }

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        """Light one image [3, H, W]; whatever is not a float tensor passes unchanged."""
        if not (isinstance(inpt, torch.Tensor) and inpt.is_floating_point()):
            return inpt
        gain = torch.tensor([1 + params["warmth"], 1.0, 1 - params["warmth"]])[:, None, None]
        if params["patches"] is not None:
            shade = functional.interpolate(
                params["patches"], size=inpt.shape[-2:], mode="bicubic", align_corners=False
            )[0]
            gain = gain * (1 - params["depth"] * ((shade - 0.5) * 4 + 0.5).clamp(0, 1))
        return (inpt * gain).clamp(0, 1)
