"""From a picture to a tensor: without chance for validation, with chance for training."""

from __future__ import annotations

import torch
from torchvision.transforms import InterpolationMode, v2

Triple = tuple[float, float, float]

BRIGHTNESS = (0.73, 1.37)  # factors: half a stop less or more
SCALE = (0.7, 1.15)  # below 1: the flower smaller, with more around it


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
    larger, off the middle, seen at a slant, lighter and darker, a little blurred, grainy, partly
    hidden. No hue, unless asked for: some species differ by nothing else.

    The picture is first mirrored at its edges, so that a turned or smaller one has no black
    corners. Geometry and colour work on bytes, which is several times faster than on floats.

    Args:
        size: side of the result, in pixels.
        mean, std: of the network's inputs.
        hue: strength of hue jitter, in turns; 0.5 is any hue.
    """
    margin = size * 3 // 8
    return v2.Compose(
        [
            v2.RGB(),
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(brightness=BRIGHTNESS, contrast=0.2, saturation=0.15, hue=hue),
            v2.Pad(margin, padding_mode="reflect"),
            v2.RandomAffine(
                degrees=180,
                translate=(0.045, 0.045),
                scale=SCALE,
                shear=(-10, 10, -10, 10),
                interpolation=InterpolationMode.BILINEAR,
            ),
            v2.CenterCrop(size + size // 8),  # as much as the slant can move a corner
            v2.RandomPerspective(0.12, p=0.5),
            v2.CenterCrop(size),
            *_to_tensor(),
            v2.RandomApply([v2.GaussianBlur(3, sigma=(0.3, 0.9))], p=0.4),
            v2.RandomApply([v2.GaussianNoise(sigma=0.02)], p=0.4),
            v2.Normalize(mean, std),
            v2.RandomErasing(p=0.25, scale=(0.02, 0.1)),
        ]
    )


def _to_tensor() -> list[v2.Transform]:
    return [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.ToPureTensor()]
