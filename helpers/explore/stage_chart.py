"""The stack of stages as a picture: weights, rates, and what a choice costs, part by part."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from helpers import figures
from helpers.explore import stage_costs as costs
from helpers.explore.pen import Pen, fonts
from helpers.explore.stage_costs import FROZEN, LEARNS, Bill, Row
from helpers.explore.stage_runs import BATCH, Choice
from helpers.plots.common import rate_text

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
        self._fonts = fonts(SHARP)

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
        pen = Pen(ImageDraw.Draw(picture), self._fonts, left, SHARP)
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

    def _header(self, pen: Pen) -> None:
        for x, text in (
            (SLAB[0], "weights"),
            (RATE[0], "learning rate"),
            (TIME[0], "seconds per epoch"),
            (MEMORY[0], f"kept, batch of {BATCH}"),
        ):
            pen.text(x, HEADER - 15, text, figures.GREY, 11)

    def _gradients(self, pen: Pen, bill: Bill) -> None:
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

    def _row(self, pen: Pen, i: int, choice: Choice, bill: Bill) -> None:
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

    def _weights(self, pen: Pen, count: int, wide: float, y: float, learns: bool) -> None:
        text = short(count)
        inside = wide > 62
        x = SLAB[0] + (9 if inside else wide + 6)
        if inside and not learns:
            pen.bar(x - 4, y - 8, x + pen.length(text, 11) + 4, y + 8, ICE, 3)
        pen.text(x, y, text, figures.PAPER if inside and learns else INK, 11, bold=inside)

    def _time(self, pen: Pen, i: int, bill: Bill, y: float) -> None:
        scale = (TIME[1] - TIME[0]) / self.most_seconds
        forward, backward = bill.forward[i] * scale, bill.backward[i] * scale
        x, half = TIME[0], min(9.0, self.high / 4)
        pen.bar(x, y - half, x + forward, y + half, FORWARD, 0)
        self._backward(pen, x + forward, x + forward + backward, y, half, bill.states[i])
        seconds = (bill.forward[i] + bill.backward[i]) * self.count
        pen.text(x + forward + backward + 6, y, f"{seconds:.2f} s", INK, 10)

    def _memory(self, pen: Pen, i: int, bill: Bill, y: float) -> None:
        wide = bill.kept[i] * (MEMORY[1] - MEMORY[0]) / self.most_kept
        x, half = MEMORY[0], min(9.0, self.high / 4)
        self._backward(pen, x, x + wide, y, half, bill.states[i])
        text = megabytes(bill.kept[i]) if bill.states[i] != FROZEN else "–"
        pen.text(x + wide + 6, y, text, INK, 10)

    def _backward(self, pen: Pen, x: float, end: float, y: float, half: float, state: str) -> None:
        if end - x < 0.5:
            return
        pen.bar(x, y - half, end, y + half, figures.VERMILION if state == LEARNS else PASSED, 0)
        if state != LEARNS:
            pen.hatch(x, y - half, end, y + half, figures.VERMILION)

    def _footer(self, pen: Pen, bill: Bill) -> None:
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

    def _total(self, pen: Pen, y: float, name: str, share: float, least: float, text: str) -> None:
        x, end = 108, 338
        pen.text(SLAB[0], y, name, INK, 12, bold=True)
        pen.bar(x, y - 8, end, y + 8, "#EEF1F3", 4)
        pen.bar(x, y - 8, x + max(4.0, min(1.0, share) * (end - x)), y + 8, figures.BLUE, 4)
        mark = x + least * (end - x)
        pen.bar(mark - 1, y - 11, mark + 1, y + 11, INK, 0)
        pen.text(end + 14, y, text, INK, 12)


def row_height(rows: int) -> int:
    """Of one stage, in units of the page: lower where there are many."""
    return 44 if rows <= 8 else 36 if rows <= 14 else 28


def megabytes(bytes_a_picture: float) -> str:
    """Memory of a batch, in MB with two digits."""
    value = bytes_a_picture * BATCH / 1e6
    return f"{value:.0f} MB" if value >= 10 else f"{value:.1f} MB"


def short(number: float) -> str:
    """A count in three digits: 928, 253 k, 1.65 M."""
    if number >= 1e6:
        return f"{number / 1e6:.3g} M"
    return f"{number / 1e3:.3g} k" if number >= 1e3 else f"{number:.0f}"
