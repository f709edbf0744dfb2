"""Pictures that stand for the widgets without a kernel: `python -m helpers.explore.static`.

They are committed in course/static/, and drawn again when the widgets or the data change.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from helpers import data, figures, places
from helpers.explore import augmenter, gauge, head_only, policy
from helpers.explore.probe import Backbone, Probe, Reading
from helpers.figures import Drawing

SHOWN = ("nothing", "matched to the field", "every colour")
PICTURE = 14  # of the training pictures in turns over the species: a pansy, which has an up


def augmentation(probe: Probe) -> Drawing:
    """Three settings of the augmentation widget beside each other, with their readings."""
    figure, [row] = figures.new_grid(11, 4.2, 1, len(SHOWN))
    train, words = probe.pictures.train, []
    original = train.picture(augmenter.interleaved(train.labels)[PICTURE])
    for axes, name in zip(map(figures.picture_axes, row), SHOWN, strict=True):
        transform = policy.build(policy.PRESETS[name], probe.pictures.size)
        reading = probe.measure(transform)
        axes.imshow(augmenter.montage(original, augmenter.variants(original, transform, seed=0)))
        said = gauge.verdict(reading)
        axes.set_title(f"{name}: {said}", loc="left", fontsize=12, fontweight="bold",
                       color=gauge.COLOURS[said])  # fmt: skip
        axes.set_xlabel(_numbers(reading), loc="left", fontsize=11)
        words.append(f"{name}: {said}, {_numbers(reading)}")
    return Drawing(figure, "One picture and eight variants of it. " + "; ".join(words) + ".")


def _numbers(reading: Reading) -> str:
    return f"affinity {reading.affinity:.2f}   diversity {reading.diversity:.2f}"


def wall(probe: Probe) -> bytes:
    """The wall widget's chart at its first setting, as a JPEG."""
    valid = probe.backbone.clean(probe.pictures.valid)
    most = int((probe.train.labels == 0).sum())
    return head_only.Chart().draw(head_only.retrain(probe.train, valid, most, 25))


def main() -> None:
    """Write both pictures and print where."""
    pictures = data.herbarium()
    probe = Probe(pictures, Backbone(None, len(pictures.classes), pictures.size))
    folder = places.repository() / "course" / "static"
    folder.mkdir(parents=True, exist_ok=True)
    drawing = augmentation(probe)
    picture = Image.open(io.BytesIO(drawing.png())).convert("RGB")
    _write(folder / "augmentation.jpg", augmenter.jpeg(picture, quality=82))
    _write(folder / "wall.jpg", wall(probe))
    print(drawing.alt)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    print(f"{path}  {len(content) / 1024:.0f} KB")


if __name__ == "__main__":
    main()
