"""`explore.augmentation()`: turn the transforms, see eight variants, read the gauge.

Article, Data Augmentation: "you really have to test and visualize how the image looks like" and
"Am I doing enough? Am I doing too much?"
"""

from __future__ import annotations

import html
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import nn
from torchvision.transforms import v2

from helpers.data import PictureSet
from helpers.explore import gauge, policy, shell
from helpers.explore.blit import jpeg
from helpers.explore.probe import (
    BATCH,
    Backbone,
    Features,
    Probe,
    Reading,
    head_accuracy,
    picture_set,
    spread_over_classes,
    train_on_features,
)
from helpers.randomness import torch_random_state

VARIANTS = 8
OWN = "your own"  # in the list of presets, when the controls match none that was chosen
KEPT_AFFINITY = 0.95  # what the goal asks for
NEAR, FAR = 5, 90  # degrees: how closely the limit must be found; a turn that is clearly beyond it
GOAL = (
    "With everything else off, find the largest rotation that keeps affinity above "
    f"{KEPT_AFFINITY}. Is it the turning that hurts?"
)

# ------------------------------------------------------------------------------------- compute


def variants(
    picture: Image.Image, transform: v2.Compose, seed: int, count: int = VARIANTS
) -> list[torch.Tensor]:
    """Some variants of one picture, each [3, size, size] in [0, 1].

    Variant k is what `torch.manual_seed(seed + k)` before the transform gives; the global random
    state is left as it was.
    """
    made = []
    for k in range(count):
        with torch_random_state(seed + k):
            made.append(transform(picture))
    return made


@dataclass(frozen=True)
class Trial:
    """A rotation that was tried alone: degrees, mirrored corners or black ones, affinity."""

    degrees: float
    mirrored: bool
    affinity: float


def as_trial(settings: policy.Settings, reading: Reading) -> Trial | None:
    """The trial behind some settings, or None if more than the rotation is on."""
    others = set(policy.NOTHING) - {"rotation", "mirror_corners", "smooth"}
    if any(settings[name] != policy.NOTHING[name] for name in others):
        return None
    if not settings["rotation"]:
        return None
    return Trial(settings["rotation"], bool(settings["mirror_corners"]), reading.affinity)


def goal_feedback(trials: list[Trial]) -> tuple[str, bool]:
    """How near the goal is, in words, and whether it is reached."""
    if not trials:
        return "Move the first slider to begin.", False
    black = [trial for trial in trials if not trial.mirrored]
    mirrored = [t.degrees for t in trials if t.mirrored and t.affinity > KEPT_AFFINITY]
    kept = max((t.degrees for t in black if t.affinity > KEPT_AFFINITY), default=0)
    lost = min(
        (t.degrees for t in black if t.affinity <= KEPT_AFFINITY and t.degrees > kept), default=0
    )
    found = kept == 180 or (bool(lost) and lost - kept <= NEAR)
    if found and mirrored and max(mirrored) >= FAR:
        return (
            f"Found: {kept:g}° with black corners, {max(mirrored):g}° with mirrored ones. "
            "Most of the damage was the corners.",
            True,
        )
    if found:
        return f"The limit is near {kept:g}°. Now tick “Mirrored corners” and try again.", False
    parts = [f"{kept:g}° keeps it above {KEPT_AFFINITY}" if kept else ""]
    parts.append(f"{lost:g}° does not" if lost else "")
    said = ", ".join(part for part in parts if part)
    return (f"{said}. Narrow it down." if said else "Turn the corners black again first."), False


def train_on_variants(
    probe: Probe, transform: v2.Compose, views: int = 2, seed: int = 1
) -> Generator[float, None, float]:
    """Train a linear head on augmented training pictures; returns its validation accuracy.

    Args:
        probe: knows the pictures and the backbone.
        transform: PIL image -> [3, size, size] in [0, 1].
        views: variants of each picture to train on.
        seed: of the views.

    Yields:
        The share done, after each batch of pictures.
    """
    train = probe.pictures.train
    rows = [(i, k) for k in range(views) for i in range(len(train))]
    values = []
    for start in range(0, len(rows), BATCH):
        images = []
        for i, k in rows[start : start + BATCH]:
            with torch_random_state((seed + k) * len(train) + i):
                images.append(transform(train.picture(i)))
        values.append(probe.backbone.features(images))
        yield min(1.0, (start + BATCH) / len(rows))
    features = Features(torch.cat(values), train.labels.repeat(views))
    # As many steps as 25 epochs of the pictures themselves.
    curve = train_on_features(features, len(train.classes), epochs=max(1, 25 // views))
    return head_accuracy(curve.head, probe.backbone.clean(probe.pictures.valid))


# ---------------------------------------------------------------------------------------- draw

CELL, GAP, BACKDROP, FRAME = 176, 6, (30, 35, 40), (240, 228, 66)


def montage(original: Image.Image, made: list[torch.Tensor], cell: int = CELL) -> Image.Image:
    """The original, framed and named, and its variants: three in a row on a dark table."""
    side = 3 * cell + 4 * GAP
    table = Image.new("RGB", (side, side), BACKDROP)
    for place, picture in enumerate([original, *map(to_picture, made)]):
        row, column = divmod(place, 3)
        corner = (GAP + column * (cell + GAP), GAP + row * (cell + GAP))
        table.paste(picture.resize((cell, cell), Image.Resampling.BICUBIC), corner)
    draw = ImageDraw.Draw(table)
    draw.rectangle((GAP - 3, GAP - 3, GAP + cell + 2, GAP + cell + 2), outline=FRAME, width=3)
    draw.rectangle((GAP, GAP + cell - 20, GAP + 62, GAP + cell - 1), fill=FRAME)
    draw.text((GAP + 6, GAP + cell - 18), "original", BACKDROP, ImageFont.load_default(13))
    return table


def to_picture(image: torch.Tensor) -> Image.Image:
    """[3, H, W] in [0, 1] -> PIL image."""
    pixels = (image * 255).round().clamp(0, 255).to(torch.uint8)
    return Image.fromarray(pixels.permute(1, 2, 0).numpy())


# --------------------------------------------------------------------------------------- shell


def augmentation(
    pictures: PictureSet | None = None,
    model: nn.Module | None = None,
    start: str | Mapping[str, float] = "nothing",
) -> shell.Panel:
    """Sliders for every transform, eight variants of one picture, a gauge, code to copy.

    Args:
        pictures: default: the course's data.
        model: from `models.backbone`, for the gauge; default: the course's backbone.
        start: name of a preset, or settings by knob.

    Raises:
        CourseError: an unknown preset or transform.
    """
    settings = policy.preset(start) if isinstance(start, str) else policy.complete(start)
    return Augmenter(picture_set(pictures), model, settings).panel


class Augmenter:
    """The controls, and what they set in motion."""

    def __init__(
        self, pictures: PictureSet, model: nn.Module | None, settings: policy.Settings
    ) -> None:
        self.pictures = pictures
        self.probe = Probe(pictures, Backbone(model, len(pictures.classes), pictures.size))
        self.order = interleaved(pictures.train.labels)
        self.seed = 0
        self.reading: Reading | None = None
        self.trials: list[Trial] = []
        self.baseline: float | None = None
        self._gauging, self._training = shell.Worker(), shell.Worker(0)
        self._quiet = shell.Quiet()
        self._make(settings)
        self.panel = self._arrange()
        self._observe()
        self._draw()
        self._measured(self.probe.measure(self.transform))

    @property
    def settings(self) -> dict[str, float]:
        """What the controls say."""
        return {name: float(control.value) for name, control in self.controls.items()}

    @property
    def transform(self) -> v2.Compose:
        """PIL image -> [3, size, size] in [0, 1], as the controls say."""
        return policy.build(self.settings, self.pictures.size)

    @property
    def row(self) -> int:
        """Position in the training pictures of the one that is shown."""
        return self.order[self.chooser.value]

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        name = self.pictures.classes[int(self.pictures.train.labels[self.row])]
        said = [f"{name}, the original and {VARIANTS} variants."]
        said.append(policy.describe(self.settings))
        if self.reading is not None:
            said.append(
                f"{gauge.verdict(self.reading).capitalize()}. {gauge.as_text(self.reading)}"
            )
        return " ".join(said)

    # The controls.

    def _make(self, settings: policy.Settings) -> None:
        self.controls = {knob.name: control(knob, settings[knob.name]) for knob in policy.KNOBS}
        last = len(self.order) - 1
        self.chooser = shell.slider("Picture", 0, last, 1, 0, "Which training picture", 60)
        self.preset = widgets.Dropdown(
            options=[OWN, *policy.PRESETS],
            value=OWN,
            description="Start from",
            style={"description_width": "76px"},
            layout=widgets.Layout(width="auto", flex="1"),
        )
        self.again = shell.button(
            "Roll again", "Other random variants of the same picture", "refresh"
        )
        self.reset = shell.button("Reset", "Turn everything off", "undo")
        self.train = shell.button(
            "Train with it", "Train a linear head on pictures like these: some seconds", "play"
        )
        self.outcome = widgets.HTML()
        self.picture = widgets.Image(format="jpeg", layout=widgets.Layout(width="100%"))
        self.picture.add_class("explore-picture")
        self.gauge = widgets.HTML(gauge.as_html(None))
        self.goal = widgets.HTML()
        self.summary = widgets.HTML()
        self.code = widgets.Textarea(
            rows=11, layout=widgets.Layout(width="calc(100% - 6px)"), tooltip="Copy as code"
        )
        self.code.add_class("explore-code")

    def _arrange(self) -> shell.Panel:
        title = shell.heading(
            "Augmentation: enough, or too much?",
            "Turn one or two transforms at a time and look at every picture.",
        )
        groups = dict.fromkeys(knob.group for knob in policy.KNOBS)
        controls: list[widgets.Widget] = [
            widgets.HBox([self.preset, self.reset], layout=widgets.Layout(width="100%"))
        ]
        for group in groups:
            controls += [shell.group_heading(group), *self._group(group)]
        left = widgets.VBox(controls, layout=widgets.Layout(width="380px", flex="0 0 auto"))
        self.chooser.layout.flex = "1"
        right = widgets.VBox(
            [
                widgets.HBox([self.chooser, self.again], layout=widgets.Layout(width="100%")),
                self.picture,
                self.gauge,
                widgets.HBox([self.train, self.outcome]),
                self.summary,
                shell.group_heading("Copy as code"),
                self.code,
            ],
            layout=shell.column(),
        )
        body = widgets.HBox([left, right], layout=widgets.Layout(width="100%"))
        return shell.Panel([title, self.goal, body], self)

    def _group(self, group: str) -> list[widgets.Widget]:
        knobs = [knob for knob in policy.KNOBS if knob.group == group]
        switches = [self.controls[knob.name] for knob in knobs if knob.is_switch]
        sliders = [self.controls[knob.name] for knob in knobs if not knob.is_switch]
        grid = widgets.GridBox(
            switches, layout=widgets.Layout(grid_template_columns="1fr 1fr", width="100%")
        )
        return [*sliders, grid] if switches else sliders

    def _observe(self) -> None:
        for each in self.controls.values():
            each.observe(self._turned, "value")
        self.chooser.observe(lambda change: self._choose(), "value")
        self.preset.observe(self._start_from, "value")
        self.again.on_click(lambda _: self._roll())
        self.reset.on_click(lambda _: self.set({}))
        self.train.on_click(lambda _: self._start_training())

    # What they set in motion.

    def set(self, settings: policy.Settings) -> None:
        """Move the controls to some settings (those left out are off) and show the result."""
        full = policy.complete(settings)
        with self._quiet():
            for name, each in self.controls.items():
                each.value = type(each.value)(full[name])
        self._turned({})

    def _start_from(self, change: Any) -> None:
        if change["new"] != OWN and not self._quiet.active:
            self.set(policy.PRESETS[change["new"]])
            with self._quiet():
                self.preset.value = change["new"]

    def _turned(self, change: Any) -> None:
        if self._quiet.active:
            return
        with self._quiet():
            self.preset.value = OWN
        self._training.stop()
        self.outcome.value = ""
        self._draw()
        self.gauge.value = gauge.as_html(self.reading, stale=True)
        self._gauging.start(
            self.probe.measuring(self.transform), self._measured, self._measuring_failed
        )

    def _choose(self) -> None:
        self._draw()
        self._tell()

    def _roll(self) -> None:
        self.seed += VARIANTS
        self._choose()

    def _draw(self) -> None:
        original = self.pictures.train.picture(self.row)
        made = variants(original, self.transform, self.seed)
        self.picture.value = jpeg(montage(original, made))
        config = self.probe.backbone.config
        self.code.value = policy.code(
            self.settings, self.pictures.size, config.mean, config.std, self.seed
        )

    def _measured(self, reading: Reading) -> None:
        self.reading = reading
        trial = as_trial(self.settings, reading)
        if trial is not None:
            self.trials.append(trial)
        self.gauge.value = gauge.as_html(reading)
        self.goal.value = shell.goal_box(GOAL, *goal_feedback(self.trials))
        self._tell()

    def _tell(self) -> None:
        self.summary.value = (
            f'<div role="status" aria-live="polite" class="explore-text">'
            f"{html.escape(self.words)}</div>"
        )

    def _start_training(self) -> None:
        self._training.start(
            self._train_both(), self._trained, self._training_failed, self._progress
        )

    def _train_both(self) -> Generator[float, None, float]:
        if self.baseline is None:
            curve = train_on_features(self.probe.train, len(self.pictures.classes))
            self.baseline = head_accuracy(
                curve.head, self.probe.backbone.clean(self.pictures.valid)
            )
        return (yield from train_on_variants(self.probe, self.transform))

    def _progress(self, share: float) -> None:
        if share < 1:
            self.outcome.value = f'<span class="explore-text">Training … {share:.0%}</span>'

    def _trained(self, accuracy: float) -> None:
        assert self.baseline is not None
        self.outcome.value = (
            f'<div role="status" aria-live="polite" class="explore-text">A head trained on them: '
            f"<b>{accuracy:.1%}</b> on validation; without augmentation {self.baseline:.1%}.</div>"
        )

    def _measuring_failed(self, problem: Exception) -> None:
        self.gauge.value = shell.problem_box(problem)

    def _training_failed(self, problem: Exception) -> None:
        self.outcome.value = shell.problem_box(problem)


def control(knob: policy.Knob, value: float) -> Any:
    """The widget for one knob: a switch, a choice or a slider."""
    if knob.is_switch:
        return shell.switch(knob.label, bool(value), knob.note)
    if knob.choices:
        named = {name: index for index, name in enumerate(knob.choices)}
        return shell.choice(knob.label, named, int(value), knob.note, 112)
    return shell.slider(knob.label, knob.low, knob.high, knob.step, value, knob.note)


def interleaved(labels: torch.Tensor) -> list[int]:
    """Positions in an order in which the next picture shows another species."""
    return spread_over_classes(labels, len(labels))
