"""`explore.unfreezing()`: the stages as a stack to click on, what each costs, and a short run.

Lesson 02. Article, "Choosing which layers to train": the last ones see the more complex patterns,
and each earlier block deserves a lower rate.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import matplotlib
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import nn

from helpers import figures, models
from helpers.data import PictureSet
from helpers.data.pictures import stack
from helpers.data.transforms import plain_transform
from helpers.explore import shell
from helpers.explore import stage_costs as costs
from helpers.explore.probe import fresh_copy, picture_set
from helpers.explore.stage_costs import FROZEN, LEARNS, Bill, Row
from helpers.explore.stage_runs import BATCH, EPOCHS, Bench, Choice, Trial
from helpers.plots.common import rate_text

MANY, LITTLE = 0.25, 0.1  # the first half of the goal: share of the parameters, of the memory
FEW, MUCH = 0.1, 0.5  # the second half
GOAL = (
    "Train a quarter of the parameters or more, for less than a tenth of the memory that training "
    "everything takes. Then find the opposite: less than a tenth of the parameters, for more than "
    "half of the memory."
)
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
FACTORS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)

# ------------------------------------------------------------------------------------- compute


def in_words(
    rows: Sequence[Row], choice: Choice, per_row: Sequence[costs.RowCost], count: int
) -> str:
    """The choice and its price, in a few sentences.

    Args:
        rows: of the model.
        choice: what is unfrozen.
        per_row: what each row costs.
        count: pictures in an epoch.
    """
    bill = costs.bill(rows, per_row, choice.chosen, choice.norms_learn)
    head_alone = costs.bill(rows, per_row, ())
    after = costs.bill(rows, per_row, range(min([*choice.chosen, len(rows) - 1]), len(rows)))
    total = sum(row.parameters for row in rows)
    learning = [i for i, state in enumerate(bill.states) if state == LEARNS]
    parts = [f"{rows[i].label} at {rate_text(choice.rate(rows, i))}" for i in reversed(learning)]
    passed = [row.label for row, state in zip(rows, bill.states, strict=True)
              if state not in (FROZEN, LEARNS)]  # fmt: skip
    said = [
        f"Learning: {_listed(parts)}; {bill.trainable:,} of {total:,} numbers "
        f"({bill.trainable / total:.1%}).",
        f"An epoch of {count} pictures takes about {bill.seconds * count:.2g} s, "
        f"{bill.seconds / head_alone.seconds:.1f} times the head alone; a batch of {BATCH} keeps "
        f"{megabytes(bill.memory)} for the backward pass (the head alone "
        f"{megabytes(head_alone.memory)}).",
    ]
    if passed:
        said.append(
            f"{_listed(passed)} {'are' if len(passed) > 1 else 'is'} frozen, but gradients must "
            f"travel through to reach {rows[learning[0]].label}: that takes "
            f"{bill.seconds / after.seconds:.0%} of the time and {bill.memory / after.memory:.0%} "
            f"of the memory of training {'them' if len(passed) > 1 else 'it'} too."
        )
    return " ".join(said)


@dataclass(frozen=True)
class Found:
    """A choice that was looked at, for the goal: shares of the parameters and of the memory."""

    name: str
    trainable: float
    memory: float

    @property
    def is_cheap(self) -> bool:
        return self.trainable >= MANY and self.memory < LITTLE

    @property
    def is_dear(self) -> bool:
        return self.trainable < FEW and self.memory > MUCH


def feedback(seen: Sequence[Found]) -> tuple[str, bool]:
    """How near the goal is, in words, and whether it is reached; the last one is the present."""
    if not seen or seen[-1].name == "":
        return "Click a stage to unfreeze it.", False
    cheap = next((found for found in seen if found.is_cheap), None)
    dear = next((found for found in seen if found.is_dear), None)
    if cheap and dear:
        return (
            f"Found: {cheap.name} trains {cheap.trainable:.0%} for {cheap.memory:.1%} of the "
            f"memory, {dear.name} {dear.trainable:.0%} for {dear.memory:.0%}. What counts is "
            "how far back the gradients must travel.",
            True,
        )
    now = seen[-1]
    said = f"Now: {now.trainable:.1%} of the parameters for {now.memory:.1%} of the memory."
    if cheap:
        said += f" The first half is found: {cheap.name}."
    if dear:
        said += f" The second half is found: {dear.name}."
    return said, False


def outcome(trial: Trial, rows: Sequence[Row]) -> str:
    """What a run brought, as HTML."""
    labels = [rows[i].label for i in sorted(trial.choice.chosen)]
    name = _listed([*labels, "head"]) if labels else "The head alone, trained on"
    chance = 100 * (trial.accuracy * (1 - trial.accuracy) / trial.pictures) ** 0.5
    return (
        f'<div role="status" aria-live="polite" class="explore-text">{html.escape(name)}, '
        f"{EPOCHS} epochs: <b>{trial.accuracy:.1%}</b> of {trial.pictures} validation "
        f"pictures. Before, with the head alone, {trial.head_alone:.1%}: "
        f"<b>{trial.gain:+.1f}</b> points, where chance alone makes ±{chance:.1f}.</div>"
    )


def megabytes(bytes_a_picture: float) -> str:
    """Memory of a batch, in MB with two digits."""
    value = bytes_a_picture * BATCH / 1e6
    return f"{value:.0f} MB" if value >= 10 else f"{value:.1f} MB"


def short(number: float) -> str:
    """A count in three digits: 928, 253 k, 1.65 M."""
    if number >= 1e6:
        return f"{number / 1e6:.3g} M"
    return f"{number / 1e3:.3g} k" if number >= 1e3 else f"{number:.0f}"


def code(rows: Sequence[Row], choice: Choice, head: str) -> str:
    """The choice in plain torch."""
    chosen = [*sorted(choice.chosen), len(rows) - 1]
    lines = ["import torch", "", "rates = {  # part: learning rate"]
    for i in chosen:
        rate = rate_text(choice.rate(rows, i))
        lines += [f'    "{name}": {rate},' for name in rows[i].names]
    lines += [
        "}",
        "batchnorms = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)",
        "model.requires_grad_(False)",
        "for name in rates:",
        "    model.get_submodule(name).requires_grad_(True)",
    ]
    if not choice.norms_learn and choice.chosen:
        lines += [
            "    # The BatchNorms of these stages stay frozen.",
            "    for part in model.get_submodule(name).modules():",
            f'        if isinstance(part, batchnorms) and name != "{head}":',
            "            part.requires_grad_(False)",
        ]
    lines += [
        "",
        "def learning(name):",
        "    return [p for p in model.get_submodule(name).parameters() if p.requires_grad]",
        "",
        'groups = [{"params": learning(name), "lr": rate} for name, rate in rates.items()]',
        "optimizer = torch.optim.AdamW(groups, weight_decay=0.01)",
        "",
        "# Before every epoch: statistics of frozen BatchNorms stay as they are.",
        "model.train()",
        "for part in model.modules():",
        "    if isinstance(part, batchnorms) and not any(",
        "        p.requires_grad for p in part.parameters()",
        "    ):",
        "        part.eval()",
    ]
    return "\n".join(lines) + "\n"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


# ---------------------------------------------------------------------------------------- draw

WIDTH, HEADER, FOOTER = 640, 40, 118
SHARP = 2  # pixels of the picture for one on the page
ICE, FROST, INK = "#DCE8F0", "#A9C2D2", "#24323C"
FORWARD, PASSED = "#AEBBC5", "#F6CDB0"
NAMES_WIDE = 140  # of the column of names, where there are no buttons
SLAB, RATE, TIME, MEMORY = (38, 190), (206, 282), (300, 400), (478, 564)  # from, to


class Stack:
    """The stages, the way of the gradients, and what everything costs, as a picture."""

    def __init__(self, rows: Sequence[Row], per_row: Sequence[costs.RowCost], count: int) -> None:
        """Find the scales, which stay the same for every choice.

        Args:
            rows: from input to output.
            per_row: what each costs.
            count: pictures in an epoch.
        """
        self.rows, self.count = rows, count
        self.high = row_height(len(rows))
        everything = costs.bill(rows, per_row, range(len(rows) - 1))
        self.everything, self.head_alone = everything, costs.bill(rows, per_row, ())
        pairs = zip(everything.forward, everything.backward, strict=True)
        self.most_seconds = max(f + b for f, b in pairs) or 1.0
        self.most_kept = max(everything.kept) or 1.0
        self.total = sum(row.parameters for row in rows)
        folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        self._fonts = {
            (bold, size): ImageFont.truetype(
                str(folder / f"DejaVuSans{'-Bold' if bold else ''}.ttf"), size * SHARP
            )
            for bold in (False, True)
            for size in (10, 11, 12)
        }

    def draw(self, choice: Choice, bill: Bill, named: bool = False) -> Image.Image:
        """The picture of a choice.

        Args:
            choice: for the rates.
            bill: for everything else.
            named: with the names of the stages to the left, where the widget has its buttons.
        """
        left = NAMES_WIDE if named else 0
        size = (WIDTH + left, HEADER + len(self.rows) * self.high + FOOTER)
        picture = Image.new("RGB", (size[0] * SHARP, size[1] * SHARP), figures.PAPER)
        pen = _Pen(ImageDraw.Draw(picture), self._fonts, left)
        self._header(pen)
        self._gradients(pen, bill)
        for i, row in enumerate(self.rows):
            self._row(pen, i, choice, bill)
            if named:
                text = f"{row.label}"
                pen.text(-NAMES_WIDE + 16, self._middle(i), text, INK, 12, bold=True)
        self._footer(pen, bill)
        return picture

    def _middle(self, i: int) -> float:
        return HEADER + (i + 0.5) * self.high

    def _header(self, pen: _Pen) -> None:
        for x, text in (
            (SLAB[0], "weights"),
            (RATE[0], "learning rate"),
            (TIME[0], "seconds per epoch"),
            (MEMORY[0], f"kept, batch of {BATCH}"),
        ):
            pen.text(x, HEADER - 15, text, figures.GREY, 11)

    def _gradients(self, pen: _Pen, bill: Bill) -> None:
        """An arrow from the loss, below the head, up to the first row that learns."""
        first = bill.states.index(LEARNS)
        last = len(self.rows) - 1
        end, x = self._middle(first), 16
        for i in range(first):
            pen.disc(x, self._middle(i), 2, FROST)
        pen.bar(x - 2, end + 8, x + 2, self._middle(last) + self.high / 2 + 2, figures.VERMILION, 0)
        pen.arrow(x, end - 1, figures.VERMILION)
        for i in range(first + 1, last + 1):
            if bill.states[i] == LEARNS:
                pen.disc(x, self._middle(i), 6, figures.VERMILION)
            else:
                pen.disc(x, self._middle(i), 5, figures.PAPER, figures.VERMILION)

    def _row(self, pen: _Pen, i: int, choice: Choice, bill: Bill) -> None:
        row, state, y = self.rows[i], bill.states[i], self._middle(i)
        half = self.high / 2 - 4
        learns = state == LEARNS
        most = max(r.parameters for r in self.rows)
        wide = 12 + (SLAB[1] - SLAB[0] - 12) * (row.parameters / most) ** 0.5
        box = (SLAB[0], y - half, SLAB[0] + wide, y + half)
        pen.bar(*box, figures.BLUE if learns else ICE, 5, None if learns else FROST)
        if not learns:
            pen.hatch(*box, FROST)
        self._weights(pen, row.parameters, wide, y, learns)
        if learns:
            pen.text(RATE[0], y, rate_text(choice.rate(self.rows, i)), figures.BLUE, 12, bold=True)
        else:
            pen.text(RATE[0], y, "frozen", "#5B7485", 11)
        self._time(pen, i, bill, y)
        self._memory(pen, i, bill, y)

    def _weights(self, pen: _Pen, count: int, wide: float, y: float, learns: bool) -> None:
        text = short(count)
        inside = wide > 62
        x = SLAB[0] + (9 if inside else wide + 6)
        if inside and not learns:
            pen.bar(x - 4, y - 8, x + pen.length(text, 11) + 4, y + 8, ICE, 3)
        pen.text(x, y, text, figures.PAPER if inside and learns else INK, 11, bold=inside)

    def _time(self, pen: _Pen, i: int, bill: Bill, y: float) -> None:
        scale = (TIME[1] - TIME[0]) / self.most_seconds
        forward, backward = bill.forward[i] * scale, bill.backward[i] * scale
        x, half = TIME[0], min(9.0, self.high / 4)
        pen.bar(x, y - half, x + forward, y + half, FORWARD, 0)
        self._backward(pen, x + forward, x + forward + backward, y, half, bill.states[i])
        seconds = (bill.forward[i] + bill.backward[i]) * self.count
        pen.text(x + forward + backward + 6, y, f"{seconds:.2f} s", INK, 10)

    def _memory(self, pen: _Pen, i: int, bill: Bill, y: float) -> None:
        wide = bill.kept[i] * (MEMORY[1] - MEMORY[0]) / self.most_kept
        x, half = MEMORY[0], min(9.0, self.high / 4)
        self._backward(pen, x, x + wide, y, half, bill.states[i])
        text = megabytes(bill.kept[i]) if bill.states[i] != FROZEN else "–"
        pen.text(x + wide + 6, y, text, INK, 10)

    def _backward(self, pen: _Pen, x: float, end: float, y: float, half: float, state: str) -> None:
        if end - x < 0.5:
            return
        pen.bar(x, y - half, end, y + half, figures.VERMILION if state == LEARNS else PASSED, 0)
        if state != LEARNS:
            pen.hatch(x, y - half, end, y + half, figures.VERMILION)

    def _footer(self, pen: _Pen, bill: Bill) -> None:
        top = HEADER + len(self.rows) * self.high
        pen.text(30, top + 10, "loss", figures.VERMILION, 11, bold=True)
        for x, colour, hatched, text in (
            (106, FORWARD, False, "forward"),
            (186, figures.VERMILION, False, "backward, learns"),
            (322, PASSED, True, "backward, passes through"),
        ):
            pen.bar(x, top + 5, x + 14, top + 15, colour, 0)
            if hatched:
                pen.hatch(x, top + 5, x + 14, top + 15, figures.VERMILION)
            pen.text(x + 20, top + 10, text, figures.GREY, 10)
        pen.bar(518, top + 3, 520, top + 17, INK, 0)
        pen.text(528, top + 10, "the head alone", figures.GREY, 10)
        alone, whole = self.head_alone, self.everything
        seconds, kept = bill.seconds * self.count, megabytes(bill.memory)
        lines = (
            ("trainable", bill.trainable, alone.trainable, self.total,
             f"{short(bill.trainable)} of {short(self.total)}: {bill.trainable / self.total:.1%}"),
            ("time", bill.seconds, alone.seconds, whole.seconds,
             f"{seconds:.1f} s an epoch: {bill.seconds / alone.seconds:.1f} × the head alone"),
            ("memory", bill.memory, alone.memory, whole.memory,
             f"{kept} a batch; the head alone {megabytes(alone.memory)}"),
        )  # fmt: skip
        for n, (name, value, least, most, text) in enumerate(lines):
            self._total(pen, top + 40 + 27 * n, name, value / most, least / most, text)

    def _total(self, pen: _Pen, y: float, name: str, share: float, least: float, text: str) -> None:
        x, end = 108, 338
        pen.text(SLAB[0], y, name, INK, 12, bold=True)
        pen.bar(x, y - 8, end, y + 8, "#EEF1F3", 4)
        pen.bar(x, y - 8, x + max(4.0, min(1.0, share) * (end - x)), y + 8, figures.BLUE, 4)
        mark = x + least * (end - x)
        pen.bar(mark - 1, y - 11, mark + 1, y + 11, INK, 0)
        pen.text(end + 14, y, text, INK, 12)


class _Pen:
    """Draws in units of the page."""

    def __init__(self, draw: ImageDraw.ImageDraw, fonts: dict[Any, Any], left: float) -> None:
        self._draw, self._fonts, self._left = draw, fonts, left

    def text(
        self, x: float, y: float, text: str, colour: str, size: int, bold: bool = False
    ) -> None:
        place = ((x + self._left) * SHARP, y * SHARP)
        self._draw.text(place, text, colour, self._fonts[bold, size], anchor="lm")

    def length(self, text: str, size: int) -> float:
        return float(self._draw.textlength(text, self._fonts[True, size])) / SHARP

    def bar(
        self,
        x: float,
        y: float,
        right: float,
        bottom: float,
        colour: str,
        radius: float,
        edge: str | None = None,
    ) -> None:
        box = self._box(x, y, right, bottom)
        if box[2] > box[0]:
            self._draw.rounded_rectangle(box, radius * SHARP, colour, edge, SHARP if edge else 0)

    def hatch(self, x: float, y: float, right: float, bottom: float, colour: str) -> None:
        """Diagonal lines, clipped to a box."""
        left, top, end, low = self._box(x, y, right, bottom)
        high, gap = low - top, 7 * SHARP
        for start in range(left - high, end, gap):
            a, b = max(start, left), min(start + high, end)
            if b > a:
                self._draw.line((a, low - (a - start), b, low - (b - start)), colour, SHARP)

    def disc(self, x: float, y: float, radius: float, colour: str, edge: str | None = None) -> None:
        box = self._box(x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, colour, edge, 2 * SHARP if edge else 0)

    def arrow(self, x: float, y: float, colour: str) -> None:
        """The head of an arrow that points upwards, its tip at y - 8."""
        points = [(x - 8, y + 8), (x, y - 8), (x + 8, y + 8)]
        self._draw.polygon([((a + self._left) * SHARP, b * SHARP) for a, b in points], colour)

    def _box(self, x: float, y: float, right: float, bottom: float) -> tuple[int, int, int, int]:
        left = self._left
        a, b, c, d = (round(v * SHARP) for v in (x + left, y, right + left, bottom))
        return a, b, c, d


def row_height(rows: int) -> int:
    """Of one stage, in units of the page: lower where there are many."""
    return 44 if rows <= 8 else 36 if rows <= 14 else 28


def jpeg(picture: Image.Image) -> bytes:
    """The picture as a JPEG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


# --------------------------------------------------------------------------------------- shell

LOOKS = f"""<style>
.explore-stack {{ background: {figures.PAPER}; border-radius: 8px; padding: 4px 10px 4px 10px; }}
.explore-stage.jupyter-button {{ text-align: left; border-radius: 6px; margin: 0; height: auto;
  line-height: 1.2; border: 1px dashed {FROST}; background: {ICE}; color: #33454F;
  font-weight: 600; box-shadow: none; overflow: hidden; text-overflow: ellipsis; }}
.explore-stage.jupyter-button.mod-active {{ background: {figures.BLUE}; color: #fff;
  border: 1px solid {figures.BLUE}; box-shadow: none; }}
.explore-stage.jupyter-button:hover {{ border-color: {figures.BLUE}; box-shadow: 0 1px 4px #0003; }}
.explore-stage.jupyter-button:focus-visible {{ outline: 3px solid {figures.ORANGE}; }}
.explore-stack img {{ max-width: none; }}
</style>"""


def unfreezing(pictures: PictureSet | None = None, model: nn.Module | None = None) -> shell.Panel:
    """The stages as a stack to click on: parameters, rate and cost of each, and a short run.

    Args:
        pictures: default: the course's data.
        model: from `models.backbone`; default: the course's backbone. It is not changed; runs
            begin with a new linear head.

    Raises:
        CourseError: `pictures` is not a data set, or `model` not one of the course.
    """
    return Unfreezer(picture_set(pictures), model).panel


class StackPanel(shell.Panel):
    """The widget; without a kernel, its picture has the names that the buttons have otherwise."""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**options)
        return bundle | {"image/jpeg": self.explorer.still}


class Unfreezer:
    """The buttons and sliders, and what they set in motion."""

    def __init__(self, pictures: PictureSet, model: nn.Module | None) -> None:
        self.model = models.freeze_backbone(fresh_copy(model, len(pictures.classes)))
        self.rows = costs.rows_of(self.model)
        self.per_row = costs.measure(self.model, _sample(self.model, pictures))
        self.bench = Bench(self.model, pictures, self.rows)
        self.count = len(self.bench.train)
        self.stack = Stack(self.rows, self.per_row, self.count)
        self.trials: list[Trial] = []
        self.seen: list[Found] = []
        self._worker = shell.Worker(0)
        self._make()
        self.panel = self._arrange()
        for each in [*self.stages, *self.controls.values()]:
            each.observe(lambda change: self._turned(), "value")
        self.train.on_click(lambda _: self._start())
        self._turned()

    @property
    def choice(self) -> Choice:
        """What the controls say."""
        chosen = frozenset(i for i, button in enumerate(self.stages) if button.value)
        return Choice(chosen, self.rate.value, self.factor.value, self.norms.value)

    @property
    def bill(self) -> Bill:
        """What that costs."""
        choice = self.choice
        return costs.bill(self.rows, self.per_row, choice.chosen, choice.norms_learn)

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        return in_words(self.rows, self.choice, self.per_row, self.count)

    # The controls.

    def _make(self) -> None:
        high = self.stack.high
        self.stages = [
            widgets.ToggleButton(
                False,
                description=row.label,
                icon="lock",
                tooltip=f"Unfreeze or freeze {' and '.join(row.names)}",
                layout=widgets.Layout(width="132px", height=f"{high - 8}px", margin="4px 0"),
            )
            for row in self.rows[:-1]
        ]
        for button in self.stages:
            button.add_class("explore-stage")
        self.head = widgets.HTML(
            f'<div class="explore-text" style="color:{figures.BLUE};font-weight:700;height:'
            f'{high}px;line-height:{high}px;padding-left:10px">'
            f"{html.escape(self.rows[-1].label)} (the head)</div>",
            layout=widgets.Layout(width="132px", height=f"{high}px", margin="0"),
        )
        self.rate = _scale("Rate of the head", RATES, 1e-3)
        self.factor = _scale("Slower per stage by", FACTORS, 3.0)
        self.norms = widgets.Checkbox(
            False, description="BatchNorm of unfrozen stages learns", indent=False,
            tooltip="Its weights are trained and its statistics follow the batches",
            layout=widgets.Layout(width="auto", margin="2px 8px"),
        )  # fmt: skip
        self.controls = {"rate": self.rate, "factor": self.factor, "norms": self.norms}
        self.train = shell.button("Train", "A short run, beside the head alone", "play")
        self.outcome, self.goal, self.summary = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.picture = widgets.Image(
            format="jpeg", layout=widgets.Layout(width=f"{WIDTH}px", flex="0 0 auto")
        )
        self.code = widgets.Textarea(
            rows=11, layout=widgets.Layout(width="calc(100% - 6px)"), tooltip="Copy as code"
        )
        self.code.add_class("explore-code")

    def _arrange(self) -> shell.Panel:
        title = shell.heading(
            "Selective unfreezing",
            "Click a stage to unfreeze it, from the input at the top to the head at the bottom.",
        )
        buttons = widgets.VBox(
            [*self.stages, self.head],
            layout=widgets.Layout(margin=f"{HEADER}px 0 0 0", flex="0 0 auto"),
        )
        table = widgets.HBox(
            [buttons, self.picture],
            layout=widgets.Layout(width=f"{WIDTH + 160}px", overflow="visible", margin="6px 0"),
        )
        table.add_class("explore-stack")
        run = widgets.VBox(
            [widgets.HBox([self.train]), self.outcome],
            layout=widgets.Layout(flex="1 1 0", min_width="0", margin="0 0 0 18px"),
        )
        left = widgets.VBox(
            [self.rate, self.factor, self.norms],
            layout=widgets.Layout(width="400px", flex="0 0 auto"),
        )
        below = widgets.HBox([left, run], layout=widgets.Layout(width="100%"))
        style = widgets.HTML(LOOKS, layout=widgets.Layout(display="none"))
        copying = shell.group_heading("Copy as code")
        return StackPanel(
            [title, style, self.goal, table, below, self.summary, copying, self.code], self
        )

    # What they set in motion.

    @property
    def still(self) -> str:
        """The picture for where there is no kernel, as text."""
        return base64.b64encode(jpeg(self.stack.draw(self.choice, self.bill, named=True))).decode(
            "ascii"
        )

    def _turned(self) -> None:
        for button in self.stages:
            icon = "unlock" if button.value else "lock"
            if button.icon != icon:
                button.icon = icon
        choice, bill = self.choice, self.bill
        self.picture.value = jpeg(self.stack.draw(choice, bill))
        self.summary.value = (
            '<div role="status" aria-live="polite" class="explore-text">'
            f"{html.escape(self.words)}</div>"
        )
        self.code.value = code(self.rows, choice, models.head_name(self.model))
        self._judge(choice, bill)

    def _judge(self, choice: Choice, bill: Bill) -> None:
        name = _listed([self.rows[i].label for i in sorted(choice.chosen)] or [""])
        memory = bill.memory / self.stack.everything.memory
        self.seen.append(Found(name, bill.trainable / self.stack.total, memory))
        self.goal.value = shell.goal_box(GOAL, *feedback(self.seen))

    def _start(self) -> None:
        self._worker.start(self._run(), self._ended, self._failed, self._progress)

    def _run(self) -> Generator[float, None, Trial]:
        choice = self.choice
        head, first = len(self.rows) - 1, min([*choice.chosen, len(self.rows) - 1])
        for needed in dict.fromkeys((head, first)):
            if not self.bench.ready(needed) and self.bench.stores(needed, self._before(needed)):
                seconds = self.stack.head_alone.seconds * self.bench.looks
                self._say(
                    f"What the frozen stages say of {self.bench.looks} views is computed once: "
                    f"about {seconds:.0f} s, unless it is on the disk …"
                )
                yield 0.0
                self.bench.store(needed)
        return (yield from self.bench.run(choice, self._before(first)))

    def _before(self, position: int) -> float:
        return self.per_row[position].before

    def _progress(self, share: float) -> None:
        if 0 < share < 1:
            self._say(f"Training … {share:.0%}")

    def _say(self, text: str) -> None:
        self.outcome.value = f'<span class="explore-text">{html.escape(text)}</span>'

    def _ended(self, trial: Trial) -> None:
        self.trials.append(trial)
        self.outcome.value = outcome(trial, self.rows)

    def _failed(self, problem: Exception) -> None:
        self.outcome.value = shell.problem_box(problem)


def _scale(label: str, values: Sequence[float], start: float) -> widgets.SelectionSlider:
    return widgets.SelectionSlider(
        options=[(f"{value:g}", value) for value in values],
        value=start,
        description=label,
        continuous_update=True,
        style={"description_width": "140px"},
        layout=widgets.Layout(width="auto", margin="0 2px", height="27px"),
    )


def _sample(model: nn.Module, pictures: PictureSet) -> torch.Tensor:
    """A few training pictures, as the model takes them."""
    config = models.config_of(model)
    transform = plain_transform(pictures.size, config.mean, config.std)
    count = min(costs.BATCH, len(pictures.train))
    return stack([transform(pictures.train.picture(i)) for i in range(count)])
