"""From picture to tensor."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import v2

from helpers.data.transforms import Light, Viewpoint, field_transform, plain_transform

MEAN, STD = (0.5, 0.4, 0.3), (0.25, 0.5, 1.0)


def picture(width: int = 40, height: int = 40) -> Image.Image:
    y, x = np.mgrid[:height, :width]
    red, green = 255 * x / max(width - 1, 1), 255 * y / max(height - 1, 1)
    pixels = np.stack([red, green, np.full_like(red, 60.0)], -1)
    return Image.fromarray(pixels.astype(np.uint8))


def test_plain_is_plain() -> None:
    transform = plain_transform(40, MEAN, STD)
    result = transform(picture())
    assert result.shape == (3, 40, 40) and result.dtype == torch.float32
    assert type(result) is torch.Tensor
    assert torch.equal(result, transform(picture()))
    expected = torch.from_numpy(np.array(picture())).permute(2, 0, 1) / 255
    back = result * torch.tensor(STD)[:, None, None] + torch.tensor(MEAN)[:, None, None]
    assert torch.allclose(back, expected, atol=1e-6)


def test_plain_keeps_proportions() -> None:
    wide = plain_transform(20, (0.0,) * 3, (1.0,) * 3)(picture(80, 40))
    assert wide.shape == (3, 20, 20)
    # The middle half of the width is left: red runs from a quarter to three quarters.
    assert float(wide[0].min()) == pytest.approx(0.25, abs=0.03)
    assert float(wide[0].max()) == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_any_mode_comes_out_as_three_channels(mode: str) -> None:
    for transform in (plain_transform(24, MEAN, STD), field_transform(24, MEAN, STD)):
        assert transform(picture().convert(mode)).shape == (3, 24, 24)


def test_field_varies_and_repeats_with_the_seed() -> None:
    transform = field_transform(40, MEAN, STD)
    torch.manual_seed(0)
    first, second = transform(picture(60, 40)), transform(picture(60, 40))
    torch.manual_seed(0)
    assert torch.equal(transform(picture(60, 40)), first)
    assert first.shape == (3, 40, 40) and first.dtype == torch.float32
    assert type(first) is torch.Tensor and not torch.equal(first, second)
    assert torch.isfinite(first).all()


def hue_of(images: torch.Tensor) -> torch.Tensor:
    """Which share of the colour lies in red and in blue, over the picture's middle."""
    colour = images[:, :, 10:30, 10:30].mean((2, 3))
    return colour / colour.sum(1, keepdim=True)


def test_field_keeps_the_hue_unless_asked() -> None:
    orange = Image.new("RGB", (40, 40), (220, 120, 40))
    torch.manual_seed(0)
    kept = field_transform(40, (0.0,) * 3, (1.0,) * 3)
    lost = field_transform(40, (0.0,) * 3, (1.0,) * 3, hue=0.5)
    spread_kept = hue_of(torch.stack([kept(orange) for _ in range(60)])).std(0).max()
    spread_lost = hue_of(torch.stack([lost(orange) for _ in range(60)])).std(0).max()
    assert spread_kept < 0.06 < 0.12 < spread_lost


def still(**changes: object) -> Viewpoint:
    nothing: dict[str, object] = {
        "degrees": 0.0,
        "scale": (1.0, 1.0),
        "shift": 0.0,
        "tilt": 0.0,
        "perspective": 0.0,
    }
    return Viewpoint(**(nothing | changes))  # type: ignore[arg-type]


def test_a_viewpoint_that_does_not_move_is_the_identity() -> None:
    assert np.array_equal(np.array(still()(picture())), np.array(picture()))


def test_a_smaller_subject_has_mirrored_surroundings() -> None:
    dot = Image.new("L", (64, 64))
    dot.paste(255, (24, 24, 40, 40))
    smaller = np.array(still(scale=(0.5, 0.5))(dot))
    assert smaller[32, 32] == 255 and smaller[32, 26] == 0 and smaller[32, 29] == 255
    assert smaller[32, 16] == 0 and smaller[32, 0] == 255, "the mirrored dot"


def test_a_quarter_turn_turns() -> None:
    turned = still(degrees=90.0)
    params = turned.make_params([]) | {"linear": np.array([[0.0, -1.0], [1.0, 0.0]])}
    result = np.array(turned.transform(picture(), params), int)
    original = np.array(picture(), int)
    best = min(np.abs(result - np.rot90(original, k)).mean() for k in (1, 3))
    assert best < 3


def test_no_black_corners_at_any_angle() -> None:
    white = Image.new("L", (48, 48), 255)
    torch.manual_seed(0)
    darkest = [np.array(Viewpoint()(white)).min() for _ in range(200)]
    assert np.mean(np.array(darkest) == 255) > 0.99


def test_light_moves_warm_against_cold_and_keeps_the_range() -> None:
    grey = torch.full((3, 16, 16), 0.5)
    torch.manual_seed(0)
    lit = torch.stack([Light(p=0.0)(grey) for _ in range(50)])
    red, green, blue = lit.mean((2, 3)).unbind(1)
    assert torch.allclose(green, torch.tensor(0.5))
    assert torch.allclose(red - 0.5, 0.5 - blue, atol=1e-6)
    assert 0.02 < float((red - 0.5).abs().max()) <= 0.04 + 1e-6
    shaded = torch.stack([Light(warmth=0.0, p=1.0)(grey) for _ in range(20)])
    assert float(shaded.min()) < 0.35 and float(shaded.max()) <= 0.5 + 1e-6


def test_they_are_torchvision_transforms() -> None:
    assert all(isinstance(t, v2.Transform) for t in field_transform(32, MEAN, STD).transforms)
    assert "degrees=180.0" in repr(Viewpoint())
