"""What range tests and short runs look like, and what they say in words.

Lesson 03. Nothing here trains or knows of a control: `race` measures, `rates` is the widget.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.lines import Line2D

from helpers import figures
from helpers.explore.blit import Blit, span
from helpers.explore.race import HIGH, LOW, RUN_STEPS, TIMES, Run, blow_up
from helpers.plots.common import rate_text
from helpers.training.lr_finder import Band

WIDE = 3.0  # a band whose ends differ by this factor or more is called wide
NEAR = 2.3  # a rate is best when others within this factor, on both sides, end higher
TIGHT = 1.7  # the limit is found when the largest that holds is this near to one that does not
COLOURS = (figures.GREEN, figures.BLUE, figures.VERMILION)
NAMES = ("10× less", "pick", "10× more")

# ------------------------------------------------------------------------------------- compute


def band_in_words(band: Band, name: str) -> str:
    """What the tests suggest for the trained part, and how sure one may be."""
    said = (
        f"{name.capitalize()}, {len(band.tests)} range tests, each over another order of the "
        "pictures: "
    )
    if band.suggestion is None or band.low is None or band.high is None:
        said += f"no suggestion, for {band.reason}."
    else:
        said += (
            f"they suggest {rate_text(band.low)} to {rate_text(band.high)}; "
            f"the middle is {rate_text(band.suggestion)}."
        )
        if band.high / band.low >= WIDE:
            said += (
                f" The band is wide, a factor of {band.high / band.low:.0f}: a single test could "
                "have told you either end."
            )
    end = blow_up(band.tests)
    return said if end is None else f"{said} The loss blows up near {rate_text(end)}."


def move_in_words(old: Band, new: Band, old_name: str) -> str:
    """How the band moved when something else was trained (the old one is drawn in grey)."""
    parts = []
    for what, before, after in (
        ("the suggestion", old.suggestion, new.suggestion),
        ("the rate at which the loss blows up", blow_up(old.tests), blow_up(new.tests)),
    ):
        if before is None or after is None:
            continue
        factor = max(before, after) / min(before, after)
        way = f"{factor:.1f} times {'lower' if after < before else 'higher'}"
        parts.append(f"{what} is {way if factor >= 1.2 else 'about the same'}")
    if not parts:
        return ""
    return f"Against {old_name} (grey), {' and '.join(parts)}: test again after each unfreezing."


def runs_in_words(runs: Sequence[Run]) -> str:
    """How the three runs ended, in one sentence."""
    less, pick, more = runs
    return (
        f"Validation loss after {RUN_STEPS} steps: {rate_text(pick.rate)} {_end(pick)}, "
        f"10 times less {_end(less)}, 10 times more {_end(more)}."
    )


def _end(run: Run) -> str:
    return _result(run) if run.diverged else f"ends at {_result(run)}"


def _result(run: Run) -> str:
    return "diverges" if run.diverged else f"{run.end:.2f}"


def goal_feedback(tried: Mapping[float, Run]) -> tuple[str, bool]:
    """How near the goal is, in words, and whether both halves of it are reached.

    Args:
        tried: a finished run for each rate.
    """
    kept = sorted((run for run in tried.values() if not run.diverged), key=lambda run: run.rate)
    lost = [run.rate for run in tried.values() if run.diverged]
    if not kept:
        return "Every run has diverged so far: pick a smaller rate.", False
    lowest = min(kept, key=lambda run: run.end)
    beside = [run.rate / lowest.rate for run in tried.values() if run is not lowest]
    below = any(1 / NEAR <= factor < 1 for factor in beside)
    above = any(1 < factor <= NEAR for factor in beside)
    said = f"Lowest so far: {rate_text(lowest.rate)}, loss {lowest.end:.2f}"
    found = below and above
    said += " ✓. " if found else f"; try {_nearby(below, above)}. "
    largest = max(run.rate for run in kept)
    beyond = min((rate for rate in lost if rate > largest), default=None)
    said += f"Largest that holds: {rate_text(largest)}"
    if beyond is None:
        return f"{said}; nothing larger has diverged yet.", False
    if beyond / largest > TIGHT:
        return f"{said}, while {rate_text(beyond)} diverges: narrow it down.", False
    return f"{said}, {rate_text(beyond)} diverges ✓.", found


def _nearby(below: bool, above: bool) -> str:
    if below:
        return "a little more"
    return "a little less" if above else "a little more and a little less"


# ---------------------------------------------------------------------------------------- draw


@dataclass(frozen=True)
class View:
    """Everything that is to be seen.

    Attributes:
        band: of what is trained now; None before its first test is done.
        old: of what was trained before, drawn in grey; None when there is no such.
        pick: the rate on the slider.
        runs: three runs, or none.
        stale: they are of an earlier pick.
        tried: all finished runs of what is trained now.
    """

    band: Band | None
    old: Band | None
    pick: float
    runs: Sequence[Run]
    stale: bool
    tried: Sequence[Run]


class Chart:
    """The range tests on the left, the short runs on the right, one scale of the loss for both."""

    def __init__(
        self, start: float, orders: int, width: float = 9.4, height: float = 3.9, dpi: float = 100
    ) -> None:
        """Draw the still parts.

        Args:
            start: the loss before training.
            orders: the most curves there can be.
            width, height: in inches.
            dpi: pixels per inch.
        """
        figure, [[left, right]] = figures.new_grid(
            width, height, 1, 2, dpi, sharey=True, gridspec_kw={"width_ratios": [1.5, 1]}
        )
        self.top = 1.6 * start
        self._moving: dict[str, Any] = {}
        self._left, self._orders = left, orders
        self._make_tests(left, start)
        self._make_runs(right, start)
        self._blit = Blit(figure, list(self._moving.values()))

    def draw(self, view: View) -> bytes:
        """The chart as a JPEG."""
        self._draw_tests(view)
        self._draw_runs(view)
        return self._blit.jpeg()

    def scale(self) -> tuple[float, float]:
        """Where the scale of learning rates begins and ends, as shares of the picture's width."""
        return span(self._left)

    # Parts that stand still, and the moving ones with nothing in them yet.

    def _make_tests(self, axes: Any, start: float) -> None:
        axes.set(xlim=(LOW, HIGH), ylim=(0, self.top), xscale="log")
        ticks = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xlabel("learning rate")
        axes.set_ylabel("loss")
        axes.set_title("Range tests: the loss while the rate rises", loc="left",
                       fontweight="bold", fontsize=11)  # fmt: skip
        for name, colour in (("old band", "#E4E4E4"), ("test band", "#CFE3F1")):
            self._moving[name] = axes.axvspan(LOW, LOW, color=colour, linewidth=0)
        for number in range(self._orders):
            self._line(f"old {number}", axes, color="#A9A9A9", linewidth=0.8)
        for number in range(self._orders):
            self._line(f"test {number}", axes, color=figures.BLUE, linewidth=1.0, alpha=0.75)
        self._line("suggestion", axes, color=figures.BLUE, linewidth=1.3, linestyle=(0, (4, 3)))
        self._text("suggestion", axes, va="top", color=figures.BLUE, fontweight="bold")
        axes.text(HIGH * 0.85, 0.5 * self.top, "● your runs\n× diverged",
                  ha="right", va="center", fontsize=9, color=figures.GREY)  # fmt: skip
        self._line("tried", axes, color=figures.BLACK, marker="o", markersize=4.5, linestyle="none")
        self._line(
            "lost", axes, color=figures.VERMILION, marker="x", markersize=6, linestyle="none"
        )
        self._line("pick", axes, color=figures.BLACK, linewidth=1.3)
        for number, colour in enumerate(COLOURS):
            self._line(f"mark {number}", axes, color=colour, marker="^", markersize=10,
                       markeredgecolor="#FFFFFF", linestyle="none", clip_on=False)  # fmt: skip

    def _make_runs(self, axes: Any, start: float) -> None:
        axes.set(xlim=(0, 1.5 * RUN_STEPS))
        axes.set_xticks([0, RUN_STEPS // 2, RUN_STEPS])
        axes.set_xlabel("step")
        axes.set_title("Short runs: validation loss", loc="left", fontweight="bold", fontsize=11)
        axes.axhline(start, color=figures.GREY, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.annotate("where all begin", (1.5 * RUN_STEPS, start), (0, 3), ha="right",
                      textcoords="offset points", fontsize=9, color=figures.GREY)  # fmt: skip
        for number, (colour, wide) in enumerate(zip(COLOURS, (2.0, 3.0, 2.0), strict=True)):
            self._line(f"run {number}", axes, color=colour, linewidth=wide)
        box = {"facecolor": figures.PAPER, "edgecolor": "none", "pad": 1.0}
        for number, colour in enumerate(COLOURS):
            self._line(f"end {number}", axes, color=colour, marker="o", markersize=6,
                       linestyle="none")  # fmt: skip
            self._text(
                f"run {number}", axes, va="center", color=colour, fontweight="bold", bbox=box
            )

    def _line(self, name: str, axes: Any, **options: Any) -> None:
        self._moving[name] = axes.add_line(Line2D([], [], **options))

    def _text(self, name: str, axes: Any, **options: Any) -> None:
        self._moving[f"{name} text"] = axes.text(0, 0, "", fontsize=9.5, **options)

    # What changes.

    def _draw_tests(self, view: View) -> None:
        for kind, band in (("old", view.old), ("test", view.band)):
            tests = band.tests if band else []
            for number in range(self._orders):
                test = tests[number] if number < len(tests) else None
                curve = (test.lrs, test.smoothed) if test else ([], [])
                self._moving[f"{kind} {number}"].set_data(*curve)
            self._span(f"{kind} band", band)
        suggestion = view.band.suggestion if view.band else None
        where = [suggestion] * 2 if suggestion else []
        self._moving["suggestion"].set_data(where, [0, self.top] if suggestion else [])
        self._moving["suggestion text"].set_position(((suggestion or 1) * 0.93, 0.985 * self.top))
        self._moving["suggestion text"].set_horizontalalignment("right")
        text = f"suggested\n{rate_text(suggestion)}" if suggestion else ""
        self._moving["suggestion text"].set_text(text)
        self._moving["pick"].set_data([view.pick] * 2, [0, self.top])
        for number, times in enumerate(TIMES):
            self._moving[f"mark {number}"].set_data([view.pick * times], [0])
        kept = [run for run in view.tried if not run.diverged]
        lost = [run.rate for run in view.tried if run.diverged]
        self._moving["tried"].set_data([r.rate for r in kept], [r.end for r in kept])
        self._moving["lost"].set_data(lost, [0.96 * self.top] * len(lost))

    def _span(self, name: str, band: Band | None) -> None:
        patch = self._moving[name]
        patch.set_visible(bool(band and band.low))
        if band and band.low and band.high:
            patch.set_x(band.low / 1.02)
            patch.set_width(band.high * 1.02 - band.low / 1.02)

    def _draw_runs(self, view: View) -> None:
        heights = self._apart([min(run.end, 0.93 * self.top) for run in view.runs])
        for number in range(len(COLOURS)):
            line, end = self._moving[f"run {number}"], self._moving[f"end {number}"]
            text = self._moving[f"run {number} text"]
            if number >= len(view.runs):
                line.set_data([], [])
                end.set_data([], [])
                text.set_text("")
                continue
            run = view.runs[number]
            # Agg has no picture for infinity: far above the top will do.
            line.set_data(run.steps, [min(loss, 5 * self.top) for loss in run.losses])
            end.set_data([run.steps[-1]], [run.end] if run.end <= self.top else [math.nan])
            text.set_position((run.steps[-1] + 0.04 * RUN_STEPS, heights[number]))
            text.set_text(f"{NAMES[number]}: {_result(run)}" if len(run.losses) > 1 else "")
            for artist in (line, end, text):
                artist.set_alpha(0.3 if view.stale else 1.0)

    def _apart(self, heights: list[float]) -> list[float]:
        """The heights, moved so that no two labels stand over each other or above the top."""
        room = 0.075 * self.top
        order = sorted(range(len(heights)), key=lambda number: heights[number])
        placed, last = [0.0] * len(heights), -math.inf
        for number in order:
            last = placed[number] = max(heights[number], last + room)
        limit = 0.95 * self.top
        for number in reversed(order):
            placed[number] = min(placed[number], limit)
            limit = placed[number] - room
        return placed
