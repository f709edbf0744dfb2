"""Pictures that stand for the widgets without a kernel: `python -m helpers.explore.static`.

They are committed in course/static/, and drawn again when the widgets or the data change.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from helpers import data, figures, models, places, training
from helpers.data import PictureSet, field_transform, plain_transform
from helpers.explore import (
    augmenter,
    bowl,
    decay_chart,
    decays,
    gauge,
    head_only,
    heads,
    photographer,
    policy,
    pooled,
    rate_chart,
    rates,
    schedules,
    stages,
)
from helpers.explore.blit import jpeg
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


def learning_rate(pictures: PictureSet) -> Image.Image:
    """The bowl just under its limit and just above it; below, the range tests on the network."""
    chart, trials = bowl.Chart(), list[bowl.Trial]()
    for exponent in range(-36, -5):
        rate = 10 ** (exponent / 20)
        steps = float(bowl.arrival(bowl.roll(rate, 0.0, 10.0)))
        trials.append(bowl.Trial(rate, 0.0, 10.0, steps))
    drawn = []
    for setting in (bowl.Setting(10**-0.75, steps=30), bowl.Setting(0.21, steps=12)):
        path = bowl.roll(setting.rate, setting.momentum, setting.steep)
        drawn.append(Image.open(io.BytesIO(chart.draw(setting, path, trials))))
    wide = drawn[0].width + drawn[1].width
    live = rates.Rates(pictures, None)
    live.pick.value = 10**-2.0
    live.unfrozen.value = True
    large = rate_chart.Chart(live.start, 8, width=wide / 100, height=4.6).draw(live.view)
    below = Image.open(io.BytesIO(large))
    sheet = Image.new("RGB", (wide, drawn[0].height + below.height + 16), figures.PAPER)
    for picture, corner in zip(
        [*drawn, below],
        [(0, 0), (drawn[0].width, 0), (0, drawn[0].height + 16)],
        strict=True,
    ):
        sheet.paste(picture, corner)
    return sheet


def unfreezing(pictures: PictureSet) -> tuple[Image.Image, str]:
    """The stack with one stage near the output unfrozen, then one further back; and the words."""
    explorer: stages.Unfreezer = stages.unfreezing(pictures).explorer
    drawn, words = [], []
    for position in (len(explorer.stages) - 1, len(explorer.stages) - 3):
        for i, button in enumerate(explorer.stages):
            button.value = i == position
        drawn.append(explorer.stack.draw(explorer.choice, explorer.bill, named=True))
        words.append(explorer.words)
    return one_below_the_other(drawn), " ".join(words)


def head(pictures: PictureSet) -> tuple[bytes, str]:
    """The full head, after some others have been tried; and the words."""
    explorer: heads.Heads = heads.head(pictures).explorer
    for hidden in (128, 64, 32, 16, 0):
        explorer.set(hidden=hidden)
    for pooling in (pooled.AVERAGE, pooled.MAXIMUM):
        explorer.set(pooling=pooling)
    explorer.set(pooling=pooled.BOTH, norm=False)
    explorer.set(hidden=256, norm=True, augmented=False)
    explorer.set(eps=1e-2)
    explorer.set(eps=1e-5, augmented=True)
    return explorer.picture.value, explorer.words


def weight_decay(pictures: PictureSet) -> tuple[Image.Image, str]:
    """Decay with all labels right, and below with 30 % wrong ones; and the words."""
    explorer: decays.Decays = decays.weight_decay(pictures).explorer
    drawn, words = [], []
    for wrong in (0.0, 0.3):
        for decay in (*decay_chart.DECAYS[1:-2], decay_chart.DECAYS[-1], 30.0):
            explorer.set(wrong=wrong, decay=decay)
        drawn.append(Image.open(io.BytesIO(explorer.picture.value)))
        words.append(explorer.words)
    return one_below_the_other(drawn), " ".join(words)


def one_below_the_other(drawn: Sequence[Image.Image]) -> Image.Image:
    """Pictures of one width as a single one."""
    sheet = Image.new("RGB", (drawn[0].width, sum(each.height for each in drawn)), figures.PAPER)
    top = 0
    for each in drawn:
        sheet.paste(each, (0, top))
        top += each.height
    return sheet


def schedule(pictures: PictureSet) -> tuple[bytes, str]:
    """One cycle up to a rate that is too high to be held, beside that rate held; and the words."""
    explorer: schedules.Schedules = schedules.schedule(pictures).explorer
    explorer.peak.value = 10**-1.2
    return explorer.picture.value, explorer.words


def photo(pictures: PictureSet) -> tuple[Image.Image, str]:
    """A picture it is sure of, why it thinks of another class, one it mistakes, and noise."""
    model = models.backbone("lite0", len(pictures.classes))
    config = models.config_of(model)
    field = field_transform(pictures.size, config.mean, config.std)
    plain = plain_transform(pictures.size, config.mean, config.std)
    training.train_head(model, pictures.train, pictures.valid, field, plain, views=2, epochs=20)
    explorer: photographer.Photo = photographer.photo(model, pictures).explorer
    hard = next(i for i, each in enumerate(explorer.examples) if each.name.endswith("(hard)"))
    drawn, words = [], []
    for position, guess in ((3, 0), (3, 1), (hard, 0), (len(explorer.examples) - 1, 0)):
        explorer.chooser.value = position
        explorer.why.value = explorer.sight.top[guess]
        drawn.append(Image.open(io.BytesIO(explorer.picture.value)))
        words.append(explorer.words)
    wide, high = drawn[0].size
    sheet = Image.new("RGB", (2 * wide + 24, 2 * high + 16), figures.PAPER)
    for n, each in enumerate(drawn):
        sheet.paste(each, (n % 2 * (wide + 24), n // 2 * (high + 16)))
    return sheet, " ".join(words)


def main() -> None:
    """Write all pictures and print where."""
    pictures = data.herbarium()
    probe = Probe(pictures, Backbone(None, len(pictures.classes), pictures.size))
    folder = places.repository() / "course" / "static"
    folder.mkdir(parents=True, exist_ok=True)
    drawing = augmentation(probe)
    picture = Image.open(io.BytesIO(drawing.png())).convert("RGB")
    _write(folder / "augmentation.jpg", jpeg(picture, quality=82))
    _write(folder / "wall.jpg", wall(probe))
    sheet = learning_rate(pictures)
    _write(folder / "learning_rate.jpg", jpeg(sheet, quality=82))
    stack, words = unfreezing(pictures)
    _write(folder / "unfreezing.jpg", jpeg(stack, quality=82))
    switched, parts = head(pictures)
    _write(folder / "head.jpg", switched)
    decayed, norms = weight_decay(pictures)
    _write(folder / "weight_decay.jpg", jpeg(decayed, quality=82))
    cycle, losses = schedule(pictures)
    _write(folder / "schedule.jpg", cycle)
    seen, heat = photo(pictures)
    _write(folder / "photo.jpg", jpeg(seen, quality=82))
    print(drawing.alt, words, parts, norms, losses, heat, sep="\n")


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    print(f"{path}  {len(content) / 1024:.0f} KB")


if __name__ == "__main__":
    main()
