"""What a head and its training look like, and what they say in words. Lesson 05.

Nothing here trains or knows of a control: `head_runs` trains, `heads` is the widget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from PIL import Image, ImageDraw

from helpers import figures
from helpers.explore.blit import Blit, jpeg
from helpers.explore.head_runs import Layer, Parts, Plan, Run, floor
from helpers.explore.loss_panel import FADED, LossPanel
from helpers.explore.pen import Pen, fonts
from helpers.plots.common import rate_text

STACK, ROW = 380, 30  # width of the stack and height of a layer, in pixels
INKS = {
    "feature": "#ECECEC",
    "pooling": "#E7D3E0",
    "BatchNorm1d": "#CDE9DF",
    "Dropout": "#FBE6BC",
    "Linear": "#CFE3F1",
    "ReLU": "#ECECEC",
    "Softmax": "#F6D3BD",
}
SHARES = {10: "a tenth", 5: "a fifth", 3: "a third", 2: "half"}

# ------------------------------------------------------------------------------------- compute


@dataclass(frozen=True)
class Setting:
    """What the controls say.

    Attributes:
        parts: of the head.
        lr: the learning rate.
        augmented: it learns from augmented views; else from the pictures as they are.
    """

    parts: Parts = field(default_factory=Parts)
    lr: float = Plan.lr
    augmented: bool = True


FULL = Setting()
BARE = Setting(augmented=False)


@dataclass(frozen=True)
class Goal:
    """What to find out.

    Attributes:
        full: the run of the full head.
        bare: the same without augmented views.
        times: so many times fewer parameters are wanted.
    """

    full: Run
    bare: Run
    times: int

    @property
    def most(self) -> int:
        """The most parameters that count as few."""
        return self.full.parameters // self.times

    @property
    def bar(self) -> float:
        """The accuracy to reach: the full head's, less one standard error."""
        return self.full.end - self.full.error

    @property
    def has_drop(self) -> bool:
        """Whether the full head loses more than luck without augmented views."""
        lost, error = self.full.gain(self.bare)
        return lost > 2 * error

    @property
    def half(self) -> float:
        """The accuracy that wins back half of what the views had given."""
        return (self.full.end + self.bare.end) / 2

    @property
    def text(self) -> str:
        """The goal in words."""
        said = f"Reach the accuracy of the full head with {SHARES[self.times]} of its parameters."
        if self.has_drop:
            said += (
                " Then switch the augmented views off and win back at least half of what that "
                "costs the full head."
            )
        return said


def share_wanted(full: int, smallest: int) -> int:
    """How many times fewer parameters one can ask for: the smallest sensible head must do."""
    return next((times for times in SHARES if smallest * times <= full), min(SHARES))


def goal_feedback(goal: Goal, tried: Mapping[Setting, Run]) -> tuple[str, bool]:
    """How near the goal is, in words, and whether all of it is reached."""
    few = [
        run for setting, run in tried.items() if setting.augmented and run.parameters <= goal.most
    ]
    best = max(few, key=lambda run: run.end, default=None)
    said = (
        f"Full head: {goal.full.end:.1%} with {goal.full.parameters:,} parameters. Within "
        f"{100 * goal.full.error:.1f} points, one standard error of {len(goal.full.right)} "
        f"pictures, counts as reached. With {goal.most:,} or fewer: "
    )
    found = best is not None and best.end >= goal.bar
    said += f"{best.end:.1%}, {best.parameters:,} of them" if best else "nothing tried yet"
    said += " ✓." if found else "."
    if not goal.has_drop:
        return said, found
    bare = max(
        (run for setting, run in tried.items() if not setting.augmented),
        key=lambda run: run.end,
        default=goal.bare,
    )
    won = bare.end >= goal.half
    said += (
        f" Without augmented views it falls to {goal.bare.end:.1%}; best without them so far: "
        f"{bare.end:.1%}, wanted: {goal.half:.1%}{' ✓' if won else ''}."
    )
    return said, found and won


def stack_in_words(stack: Sequence[Layer]) -> str:
    """The layers with their shapes and parameters, in one sentence."""
    said = [
        f"{layer.name} {layer.size}" + (f" ({layer.parameters:,})" if layer.parameters else "")
        for layer in stack
    ]
    return " → ".join(said) + "."


def run_in_words(setting: Setting, run: Run, classes: int) -> str:
    """How the training went, in words."""
    views = "augmented views" if setting.augmented else "the pictures as they are"
    said = (
        f"{run.parameters:,} parameters, rate {rate_text(setting.lr)}, "
        f"{len(run.accuracy)} epochs on {views}: training loss {run.train_loss[-1]:.2f}, "
        f"validation loss {run.valid_loss[-1]:.2f}, validation accuracy {run.end:.1%} "
        f"(one standard error: {100 * run.error:.1f} points)."
    )
    if setting.parts.softmax:
        said += (
            f" With a softmax before the loss, no loss can be lower than ln(1 + {classes - 1}/e) "
            f"= {floor(classes):.3f}, however sure the head is: what looks like a head that does "
            "not learn is the floor. The accuracy may be as good as before, so nothing warns you."
        )
    return said


# ---------------------------------------------------------------------------------------- draw


@dataclass(frozen=True)
class View:
    """Everything that is to be seen.

    Attributes:
        setting: what the controls say.
        stack: the layers of that head.
        run: the training, as far as it has come; None before its first epoch.
        before: the training before it.
        tried: all finished trainings.
        stale: the run is of an earlier setting.
    """

    setting: Setting
    stack: Sequence[Layer]
    run: Run | None
    before: Run | None
    tried: Mapping[Setting, Run]
    stale: bool


def draw_stack(pen: Pen, stack: Sequence[Layer], full: int) -> None:
    """The layers from the feature maps down, their shapes and parameters.

    Args:
        pen: draws in pixels; the stack takes `STACK` of them from the left.
        stack: of the head.
        full: parameters of the full head, to compare with.
    """
    pen.text(4, 11, "The head", figures.BLACK, 15, bold=True)
    pen.text(STACK - 22, 13, "parameters", figures.GREY, 12, anchor="rm")
    for number, layer in enumerate(stack):
        middle = 42 + number * ROW
        ink = INKS[layer.name.split()[0].rstrip(":")]
        pen.bar(4, middle - ROW / 2 + 2, STACK - 14, middle + ROW / 2 - 2, ink, 3)
        pen.text(12, middle, layer.name, figures.BLACK, 12)
        pen.text(STACK - 96, middle, layer.size, figures.BLACK, 12, anchor="rm")
        if layer.parameters:
            pen.text(STACK - 22, middle, f"{layer.parameters:,}", figures.BLACK, 12, anchor="rm")
    total = sum(layer.parameters for layer in stack)
    text = f"{total:,}" + (f" = {total / full:.3g} × the full head" if total != full else "")
    pen.text(STACK - 22, 42 + len(stack) * ROW, text, figures.BLACK, 12, bold=True, anchor="rm")


class Chart:
    """The stack on the left, the loss in the middle, accuracy against parameters on the right."""

    def __init__(
        self, goal: Goal, classes: int, epochs: int, width: float = 9.6, height: float = 3.9,
        dpi: float = 100,
    ) -> None:  # fmt: skip
        """Draw the still parts.

        Args:
            goal: its marks stand in the right panel.
            classes: of the data.
            epochs: of a run.
            width, height: in inches.
            dpi: pixels per inch.
        """
        figure, [[middle, right]] = figures.new_grid(width - STACK / dpi, height, 1, 2, dpi)
        self._goal, self._classes, self._fonts = goal, classes, fonts()
        self._moving: dict[str, Any] = {}
        self._losses = LossPanel(middle, epochs, classes, "before")
        self._make_floor(middle)
        self._make_scores(right)
        moving = [*self._moving.values(), *self._losses.moving.values()]
        self._blit = Blit(figure, moving)

    def draw(self, view: View) -> bytes:
        """The chart as a JPEG."""
        self._losses.draw(view.run, view.before, view.stale)
        self._draw_floor(view.setting.parts.softmax)
        self._draw_scores(view)
        charts = self._blit.image()
        sheet = Image.new("RGB", (STACK + charts.width, charts.height), figures.PAPER)
        sheet.paste(charts, (STACK, 0))
        pen = Pen(ImageDraw.Draw(sheet), self._fonts)
        draw_stack(pen, view.stack, self._goal.full.parameters)
        return jpeg(sheet, 90)

    # Parts that stand still, and the moving ones with nothing in them yet.

    def _make_floor(self, axes: Axes) -> None:
        low = floor(self._classes)
        line = Line2D([], [], color=figures.BLACK, linewidth=1.4, linestyle=(0, (4, 3)))
        self._moving["floor"] = axes.add_line(line)
        self._moving["floor text"] = axes.text(
            0.02, low - 0.02 * self._losses.top, "", transform=axes.get_yaxis_transform(),
            va="top", fontsize=9, color=figures.BLACK,
            bbox={"facecolor": figures.PAPER, "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip
        self._low = low

    def _make_scores(self, axes: Axes) -> None:
        goal = self._goal
        lowest = min(goal.full.end, goal.bare.end) - 0.1
        self._bottom = max(0.0, round(lowest - 0.05, 1))
        top, wide = 1.02, 3.0 * goal.full.parameters
        axes.set(xlim=(goal.most / 40, wide), ylim=(self._bottom, top), xscale="log")
        axes.set_yticks([t / 10 for t in range(round(10 * self._bottom), 11)])
        axes.set_yticklabels([f"{t * 10} %" for t in range(round(10 * self._bottom), 11)])
        axes.set_xlabel("parameters")
        axes.set_title("Validation accuracy", loc="left", fontweight="bold", fontsize=11)
        corner = (goal.most / 40, goal.bar)
        axes.add_patch(Rectangle(corner, goal.most - corner[0], top - goal.bar,
                                 color="#CDE9DF", linewidth=0))  # fmt: skip
        axes.text(goal.most * 0.9, top - 0.01, "goal", ha="right", va="top", fontsize=9,
                  color=figures.GREEN, fontweight="bold")  # fmt: skip
        axes.plot([goal.full.parameters], [goal.full.end], marker="*", markersize=13,
                  color=figures.GREEN, linestyle="none")  # fmt: skip
        axes.annotate("full head", (goal.full.parameters, goal.full.end), (0, 8), ha="center",
                      textcoords="offset points", fontsize=9, color=figures.GREEN)  # fmt: skip
        if goal.has_drop:
            axes.axhline(goal.half, color=figures.GREEN, linewidth=1.2, linestyle=(0, (4, 3)))
            axes.annotate("goal without views ○", (goal.most / 40, goal.half), (4, -3), va="top",
                          textcoords="offset points", fontsize=9, color=figures.GREEN)  # fmt: skip
        axes.text(0.03, 0.03, "● augmented views\n○ pictures as they are", fontsize=8.5,
                  transform=axes.transAxes, color=figures.GREY)  # fmt: skip
        for name, style in (
            ("augmented", {"color": figures.BLUE}),
            ("plain", {"markerfacecolor": figures.PAPER, "markeredgecolor": figures.BLUE}),
            ("now", {"markerfacecolor": "none", "markeredgecolor": figures.BLACK,
                     "markersize": 12, "markeredgewidth": 1.6}),
        ):  # fmt: skip
            given: dict[str, Any] = {"marker": "o", "markersize": 5.5, "linestyle": "none", **style}
            self._moving[name] = axes.add_line(Line2D([], [], **given))

    # What changes.

    def _draw_floor(self, shown: bool) -> None:
        self._moving["floor"].set_data([0, 99] if shown else [], [self._low] * 2 if shown else [])
        text = f"floor ln(1+{self._classes - 1}/e) = {self._low:.2f}" if shown else ""
        self._moving["floor text"].set_text(text)

    def _draw_scores(self, view: View) -> None:
        for name, wanted in (("augmented", True), ("plain", False)):
            runs = [run for setting, run in view.tried.items() if setting.augmented == wanted]
            self._moving[name].set_data([r.parameters for r in runs], [self._kept(r) for r in runs])
        now = view.run if view.run and view.run.accuracy else None
        self._moving["now"].set_data(
            [now.parameters] if now else [], [self._kept(now)] if now else []
        )
        self._moving["now"].set_alpha(FADED if view.stale else 1.0)

    def _kept(self, run: Run) -> float:
        """The accuracy, or the bottom of the panel where it is lower."""
        return max(run.end, self._bottom + 0.008)
