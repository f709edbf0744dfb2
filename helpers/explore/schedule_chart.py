"""What a schedule and its run look like, and what they say in words.

Lesson 04. Nothing here trains or knows of a control: `schedule_runs` measures, `schedules` is the
widget.
"""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from helpers import figures
from helpers.explore.blit import Blit
from helpers.explore.schedule_runs import CYCLED, Choice, Run
from helpers.plots.common import rate_text, set_title

MOST_EPOCHS = 24
SHARE = 0.5  # of the constant run's loss: the goal is below it
GOOD = 0.35  # a constant rate that ends below this leaves nothing to repair
_FLOOR, _OVER = 0.1, 4.0  # of the axis of losses: its bottom, and its top over the first loss
_COLOURS = {"constant": figures.GREY, "schedule": figures.BLUE}


def words_for(choice: Choice, run: Run, constant: Run) -> str:
    """Both runs in two sentences."""
    several = f" ({choice.cycles} of them)" if choice.kind in CYCLED else ""
    return (
        f"{choice.kind.capitalize()}{several} up to {rate_text(choice.peak)}, "
        f"{choice.epochs} epochs: validation loss {_loss(run)}, accuracy {run.accuracy:.1%}. "
        f"The same rate held constant: loss {_loss(constant)}, accuracy {constant.accuracy:.1%}."
    )


def feedback(run: Run, constant: Run) -> tuple[str, bool]:
    """How near the goal is, in words, and whether it is reached."""
    said = f"Now {_loss(run)} against {_loss(constant)}"
    if not constant.end < 1000:
        return f"{said}: nothing to compare with. Choose a smaller peak.", False
    share = run.end / constant.end
    if share < SHARE:
        return f"{said}, {share:.0%} of it. Would fewer epochs do?", True
    if constant.end < GOOD:
        return (
            f"{said}. The constant rate does well here, so a schedule has nothing to repair: "
            "which rate would be too high for it?",
            False,
        )
    return f"{said}, {share:.0%} of it. Another schedule, another length?", False


def _loss(run: Run) -> str:
    return f"{run.end:.2f}" if run.end < 1000 else "beyond all bounds"


class Chart:
    """The rate on the left, the losses on the right; the still parts are drawn once."""

    def __init__(self, start: float, width: float = 9.6, height: float = 3.7) -> None:
        """Draw the still parts.

        Args:
            start: loss before any training.
            width, height: in inches.
        """
        figure, [[left, right]] = figures.new_grid(width, height, 1, 2, dpi=100)
        self._top = _OVER * max(start, 1.0)
        self._axes = {"rate": left, "loss": right}
        _frame(left, "The rate", "share of the peak", (-0.03, 1.12))
        _frame(right, "The run", "validation loss", (_FLOOR, self._top))
        right.set_yscale("log")
        ticks = [x for x in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if _FLOOR <= x <= self._top]
        right.set_yticks(ticks)
        right.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        right.yaxis.set_minor_formatter(NullFormatter())
        self._moving: dict[str, Any] = {}
        for place, axes in self._axes.items():
            for name, colour in _COLOURS.items():
                width_ = 1.8 if name == "constant" else 2.6
                (line,) = axes.plot([], [], color=colour, linewidth=width_)
                label = axes.text(0, 0, "", color=colour, fontsize=9.5, fontweight="bold")
                label.set_bbox({"facecolor": figures.PAPER, "edgecolor": "none", "pad": 1.0})
                self._moving[f"{place} {name}"] = line
                self._moving[f"{place} {name} text"] = label
        self._blit = Blit(figure, list(self._moving.values()))

    def draw(self, choice: Choice, run: Run, constant: Run) -> bytes:
        """The chart of both runs as a JPEG."""
        for name, each in (("constant", constant), ("schedule", run)):
            shares = [rate / choice.peak for rate in each.rates]
            steps = max(1, len(shares) // choice.epochs)
            self._line(f"rate {name}", [n / steps for n in range(len(shares))], shares)
            # Agg has no picture for infinity: just above the top will do.
            losses = [min(loss, 2 * self._top) for loss in each.losses]
            self._line(f"loss {name}", list(range(len(losses))), losses)
        self._label("rate constant", 0.2, 1.05, f"constant {rate_text(choice.peak)}")
        end = run.rates[-1] / choice.peak
        self._label("rate schedule", choice.epochs + 0.3, max(end, 0.05), choice.kind)
        self._ends(choice, run, constant)
        return self._blit.jpeg()

    def _ends(self, choice: Choice, run: Run, constant: Run) -> None:
        """Labels at the ends of both losses, apart even where the lines meet."""
        heights = [min(max(each.end, 1.15 * _FLOOR), 0.8 * self._top) for each in (constant, run)]
        apart = 1.35  # a factor, on this axis
        high, low = (0, 1) if heights[0] >= heights[1] else (1, 0)
        if heights[high] < heights[low] * apart:
            heights[high] = heights[low] * apart
        for height, name, each in (
            (heights[0], "constant", constant),
            (heights[1], "schedule", run),
        ):
            self._label(f"loss {name}", choice.epochs + 0.3, height, f"{name} {_loss(each)}")

    def _line(self, name: str, xs: list[float], ys: list[float]) -> None:
        self._moving[name].set_data(xs, ys)

    def _label(self, name: str, x: float, y: float, text: str) -> None:
        label = self._moving[f"{name} text"]
        label.set(text=text, position=(x, y), va="center", ha="left")


def _frame(axes: Axes, title: str, ylabel: str, limits: tuple[float, float]) -> None:
    axes.set(xlim=(0, 1.37 * MOST_EPOCHS), ylim=limits, xlabel="epoch", ylabel=ylabel)
    axes.set_xticks(range(0, MOST_EPOCHS + 1, 4))
    set_title(axes, title)
