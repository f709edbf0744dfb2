"""The bowl: gradient descent on a surface that is steep one way and flat the other.

Lesson 03. Overshoot, divergence and momentum can be watched here step by step, before the same
things happen in a network with a million directions. A step downhill multiplies what is left of the
way in a direction of curvature L by 1 - rate * L: it overshoots above 1/L and diverges above 2/L.
"""

from __future__ import annotations

import functools
import html
import math
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from helpers import figures
from helpers.explore import shell
from helpers.explore.blit import Blit, span

Array = NDArray[np.float64]

FLAT = 1.0  # curvature along the valley
START = (-8.6, 2.4)
HOLE = 0.5  # radius: who stays inside has arrived
MOST_STEPS = 60
WIDTH, HEIGHT = 10.5, 4.0  # half of what the picture shows of the surface
EXPONENTS = (-2.4, 0.0)  # of the learning rate, from 0.004 to 1
EXPONENT_STEP = 0.02
MOMENTA = tuple(round(0.05 * k, 2) for k in range(20))
CLOSE = 2  # steps more than the fewest that still count as found

# ------------------------------------------------------------------------------------- compute


@dataclass(frozen=True)
class Setting:
    """What the sliders say.

    Attributes:
        rate: the learning rate.
        momentum: 0 for plain gradient descent; the velocity keeps this share of itself.
        steep: L, curvature across the valley.
        steps: how many of them are shown.
    """

    rate: float
    momentum: float = 0.0
    steep: float = 10.0
    steps: int = MOST_STEPS


def roll(rate: Any, momentum: Any, steep: float, steps: int = MOST_STEPS) -> Array:
    """Positions [steps + 1, ..., 2] of a ball that starts at `START`.

    The update is torch's SGD: velocity = momentum * velocity + gradient, position -= rate *
    velocity. Rates and momenta may be arrays, one ball each.
    """
    rate, momentum = np.broadcast_arrays(np.asarray(rate, float), np.asarray(momentum, float))
    curvature = np.array([FLAT, steep])
    place = np.broadcast_to(np.array(START), (*rate.shape, 2))
    velocity, path = np.zeros_like(place), [place]
    for _ in range(steps):
        velocity = momentum[..., None] * velocity + curvature * place
        place = place - rate[..., None] * velocity
        path.append(place)
    return np.stack(path)


def arrival(path: Array) -> Array:
    """The first step [...] from which the ball stays in the hole; infinity where there is none."""
    outside = np.hypot(path[..., 0], path[..., 1]) > HOLE
    last = len(path) - 1 - np.argmax(outside[::-1], axis=0)
    return np.where(outside[-1], math.inf, last + 1.0)


def stable_limit(momentum: float, steep: float) -> float:
    """The largest rate that does not diverge: 2/L, with momentum m it is 2(1 + m)/L."""
    return 2 * (1 + momentum) / steep


def growth(setting: Setting, curvature: float) -> float:
    """By which factor the distance in one direction changes with a step, in the long run."""
    rate, m = setting.rate, setting.momentum
    middle = 1 + m - rate * curvature
    inside = middle * middle - 4 * m
    return math.sqrt(m) if inside < 0 else (abs(middle) + math.sqrt(inside)) / 2


@functools.lru_cache(maxsize=64)
def fewest(steep: float, with_momentum: bool) -> int:
    """The fewest steps to the hole at any position of the sliders."""
    low, high = EXPONENTS
    rates = 10 ** np.arange(low, high + EXPONENT_STEP / 2, EXPONENT_STEP)
    momenta = np.array(MOMENTA if with_momentum else MOMENTA[:1])
    return int(arrival(roll(rates[:, None], momenta[None, :], steep)).min())


def speed_in_words(setting: Setting) -> str:
    """What this rate does in the steepest direction, in one plain sentence."""
    rate, steep, m = setting.rate, setting.steep, setting.momentum
    limit = stable_limit(m, steep)
    name = f"2/L = {2 / steep:.2f}" if not m else f"2 × (1 + {m:.2f})/L = {limit:.2f}"
    across = growth(setting, steep)
    if math.isclose(rate, limit, rel_tol=0.005):
        return f"{rate:.3g}: just at {name}, the ball jumps from wall to wall and gets nowhere."
    if rate > limit:
        return f"{rate:.3g}: above {name}, each step lands farther away (×{across:.2f})."
    if m:
        return (
            f"{rate:.3g}: below {name}, the limit that momentum has moved up from "
            f"2/L = {2 / steep:.2f}."
        )
    if rate * steep > 1.005:
        return (
            f"{rate:.3g}: between 1/L = {1 / steep:.2f} and {name}, each step overshoots the "
            f"valley floor and lands on the other side, but nearer (×{across:.2f})."
        )
    return (
        f"{rate:.3g}: below 1/L = {1 / steep:.2f}, no step overshoots; along the valley each "
        f"covers {rate * FLAT:.1%} of what is left."
    )


def place_in_words(setting: Setting, path: Array) -> str:
    """Where the ball is after the steps that are shown."""
    shown = path[: setting.steps + 1]
    arrived, left = arrival(shown), leaves(shown)
    after = f"After {_steps(setting.steps)}"
    distance = math.hypot(*shown[-1])
    if left and distance > WIDTH:
        far = f"{distance:,.0f}" if distance < 1e6 else f"{distance:.0e}"
        return f"It leaves the picture at step {left}; {after.lower()} it is {far} from the bottom."
    if math.isfinite(arrived) and setting.steps:
        return f"In the hole after {_steps(int(arrived))}."
    return f"{after} it is {distance:.1f} from the bottom."


def leaves(path: Array) -> int:
    """The first step that lands outside the picture; 0 where none does."""
    outside = (np.abs(path[:, 0]) > WIDTH) | (np.abs(path[:, 1]) > HEIGHT)
    return int(np.argmax(outside))


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


@dataclass(frozen=True)
class Trial:
    """A rate that was tried: where it stands, and how many steps to the hole (infinity: none)."""

    rate: float
    momentum: float
    steep: float
    steps: float

    @property
    def diverged(self) -> bool:
        return self.rate > stable_limit(self.momentum, self.steep)


GOAL = "Get the ball into the hole in the fewest steps, first without momentum, then with it."


def goal_feedback(trials: list[Trial], steep: float) -> tuple[str, bool]:
    """How near the goal is for this bowl, in words, and whether it is reached."""
    here = [trial for trial in trials if trial.steep == steep and math.isfinite(trial.steps)]
    plain = min((t for t in here if not t.momentum), key=lambda t: t.steps, default=None)
    if plain is None:
        return "No ball has arrived without momentum yet. Move the learning rate.", False
    said = f"Without momentum: {_steps(int(plain.steps))}, at {plain.rate:.3g}"
    if plain.steps > fewest(steep, False) + CLOSE:
        return f"{said}. It can be done in fewer.", False
    helped = min((t for t in here if t.momentum), key=lambda t: t.steps, default=None)
    if helped is None:
        return f"{said}: nothing is left to gain but by momentum. Add some.", False
    said += f"; with momentum {helped.momentum:.2f}: {_steps(int(helped.steps))}"
    if helped.steps > fewest(steep, True) + CLOSE:
        return f"{said}. It can be done in fewer.", False
    return f"{said}. Change the bowl: does the best rate follow 2/L?", True


# ---------------------------------------------------------------------------------------- draw

LEVELS = 9
NEVER, AWAY = MOST_STEPS + 8, MOST_STEPS + 19  # rows of the lower chart for those who do not arrive
_ROUND = np.linspace(0, 2 * np.pi, 90)


class Chart:
    """The bowl from above with the path; below it, what each rate that was tried has given."""

    def __init__(self, width: float = 6.2, height: float = 4.7, dpi: float = 100) -> None:
        figure, rows = figures.new_grid(
            width, height, 2, 1, dpi, gridspec_kw={"height_ratios": [1.62, 1]}
        )
        self._moving: dict[str, Any] = {}
        self._make_bowl(rows[0][0])
        self._make_tries(rows[1][0])
        self._tries = rows[1][0]
        self._blit = Blit(figure, list(self._moving.values()))

    def draw(self, setting: Setting, path: Array, trials: list[Trial]) -> bytes:
        """The chart as a JPEG.

        Args:
            setting: what the sliders say.
            path: of the ball, at least `setting.steps` steps long.
            trials: all that were tried; those of another bowl are not shown.
        """
        self._draw_bowl(setting)
        self._draw_path(setting, path[: setting.steps + 1])
        self._draw_tries(setting, [t for t in trials if t.steep == setting.steep])
        return self._blit.jpeg()

    def scale(self) -> tuple[float, float]:
        """Where the scale of learning rates begins and ends, as shares of the picture's width."""
        return span(self._tries)

    # Parts that stand still, and the moving ones with nothing in them yet.

    def _make_bowl(self, axes: Any) -> None:
        figures.picture_axes(axes).set_facecolor(_shade(0))
        axes.set(xlim=(-WIDTH, WIDTH), ylim=(-HEIGHT, HEIGHT), aspect="equal")
        axes.set_title("The bowl from above", loc="left", fontweight="bold", fontsize=11)
        shades = [_shade(k / (LEVELS - 1)) for k in range(LEVELS)]
        rings = PolyCollection([], facecolors=shades, edgecolors="#FFFFFF", linewidths=0.9)
        self._moving["rings"] = axes.add_collection(rings)
        self._line("hole", axes, 0, 0, marker="o", markersize=9, color=figures.BLACK)
        self._line("pole", axes, [0, 0, 0.75, 0], [0, 1.15, 0.9, 0.68], color=figures.BLACK,
                   linewidth=1.4)  # fmt: skip
        self._line("start", axes, *START, marker="o", markersize=8, markerfacecolor="none",
                   markeredgecolor=figures.BLACK, markeredgewidth=1.4)  # fmt: skip
        self._line("path", axes, [], [], linewidth=1.7, marker="o", markersize=3.2)
        self._line("ball", axes, [], [], marker="o", markersize=12, markeredgecolor="#FFFFFF",
                   markeredgewidth=1.8)  # fmt: skip
        box = {"facecolor": figures.PAPER, "edgecolor": "none", "pad": 2.5, "alpha": 0.85}
        self._text("curves", axes, WIDTH - 0.2, -HEIGHT + 0.25, ha="right", va="bottom", bbox=box)
        self._text("gone", axes, WIDTH - 0.2, HEIGHT - 0.25, ha="right", va="top", bbox=box,
                   color=figures.VERMILION, fontweight="bold")  # fmt: skip

    def _make_tries(self, axes: Any) -> None:
        low, high = (10**exponent for exponent in EXPONENTS)
        axes.set(xlim=(low, high), ylim=(0, AWAY + 7), xscale="log")
        axes.set_xticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
        axes.set_yticks([0, 20, 40, 60, NEVER, AWAY], ["0", "20", "40", "60", "more", "away"])
        axes.set_xlabel("learning rate")
        axes.set_title("Steps to the hole, for each rate you tried", loc="left", fontweight="bold",
                       fontsize=11)  # fmt: skip
        self._moving["beyond"] = axes.axvspan(0.2, high, color="#F9E3D6", linewidth=0)
        self._line("plain limit", axes, [], [], color=figures.GREY, linewidth=1.2,
                   linestyle=(0, (4, 3)))  # fmt: skip
        self._line("limit", axes, [], [], color=figures.VERMILION, linewidth=1.4,
                   linestyle=(0, (4, 3)))  # fmt: skip
        self._line("pick", axes, [], [], color=figures.BLACK, linewidth=1.2)
        for name, colour, marker in (
            ("others", "#BDBDBD", "o"),
            ("tried", figures.BLUE, "o"),
            ("lost", figures.VERMILION, "x"),
        ):
            self._line(name, axes, [], [], color=colour, marker=marker, markersize=4.5,
                       linestyle="none")  # fmt: skip
        self._line("here", axes, [], [], marker="o", markersize=9, markeredgecolor="#FFFFFF",
                   markeredgewidth=1.5)  # fmt: skip
        self._text("limit name", axes, 0, 3, va="bottom", color=figures.VERMILION)
        self._text("others name", axes, low * 1.1, 3, va="bottom", color=figures.GREY)

    def _line(self, name: str, axes: Any, x: Any, y: Any, **options: Any) -> None:
        line = Line2D(np.atleast_1d(x), np.atleast_1d(y), **options)
        self._moving[name] = axes.add_line(line)

    def _text(self, name: str, axes: Any, x: float, y: float, **options: Any) -> None:
        self._moving[name] = axes.text(x, y, "", fontsize=9.5, **options)

    # What changes.

    def _draw_bowl(self, setting: Setting) -> None:
        wide = np.linspace(17, 1.6, LEVELS)
        narrow = math.sqrt(FLAT / setting.steep)
        ring = np.stack([np.cos(_ROUND), narrow * np.sin(_ROUND)], axis=1)
        self._moving["rings"].set_verts([size * ring for size in wide])
        self._moving["curves"].set_text(
            f"curvature: across L = {setting.steep:g}, along the valley {FLAT:g}"
        )

    def _draw_path(self, setting: Setting, path: Array) -> None:
        away = setting.rate > stable_limit(setting.momentum, setting.steep)
        colour = figures.VERMILION if away else figures.BLUE
        left = leaves(path)
        # What comes after the ball has left would only fill the picture with strokes.
        near = path[: left + 2] if left and away else path
        self._moving["path"].set_data(near[:, 0], near[:, 1])
        self._moving["path"].set_color(colour)
        self._moving["ball"].set_data(near[-1:, 0], near[-1:, 1])
        self._moving["ball"].set_markerfacecolor(colour)
        self._moving["gone"].set_text(f"leaves the picture at step {left}" if left else "")

    def _draw_tries(self, setting: Setting, trials: list[Trial]) -> None:
        limit = stable_limit(setting.momentum, setting.steep)
        plain = 2 / setting.steep
        high = 10 ** EXPONENTS[1]
        self._moving["beyond"].set_x(min(limit, high))
        self._moving["beyond"].set_width(max(0.0, high - limit))
        self._moving["limit"].set_data([limit, limit], [0, AWAY + 7])
        self._moving["plain limit"].set_data([plain, plain], [0, AWAY + 7])
        self._moving["plain limit"].set_visible(bool(setting.momentum))
        before = limit > 0.25  # no room behind it
        self._moving["limit name"].set_x(limit * (0.96 if before else 1.04))
        self._moving["limit name"].set_horizontalalignment("right" if before else "left")
        name = "2/L" if not setting.momentum else "2(1+m)/L"
        self._moving["limit name"].set_text(f"{name} = {limit:.2f}" if limit < 1 else "")
        mine = [t for t in trials if t.momentum == setting.momentum]
        others = [t for t in trials if t.momentum != setting.momentum]
        self._dots("others", others)
        self._moving["others name"].set_text("grey: with another momentum" if others else "")
        self._dots("tried", [t for t in mine if not t.diverged])
        self._dots("lost", [t for t in mine if t.diverged])
        here = [t for t in mine if t.rate == setting.rate]
        self._dots("here", here)
        lost = any(t.diverged for t in here)
        self._moving["here"].set_markerfacecolor(figures.VERMILION if lost else figures.BLUE)
        self._moving["pick"].set_data([setting.rate] * 2, [0, AWAY + 7])

    def _dots(self, name: str, trials: list[Trial]) -> None:
        self._moving[name].set_data([t.rate for t in trials], [_row(t) for t in trials])


def _row(trial: Trial) -> float:
    if trial.diverged:
        return AWAY
    return trial.steps if math.isfinite(trial.steps) else NEVER


def _shade(share: float) -> tuple[float, float, float]:
    """From the rim (0, darkest) to the bottom (1)."""
    rim, bottom = np.array([0.60, 0.73, 0.80]), np.array([0.96, 0.975, 0.98])
    red, green, blue = rim + (bottom - rim) * share**0.8
    return float(red), float(green), float(blue)


# --------------------------------------------------------------------------------------- shell

SCALE_STYLE = """<style>
.explore-scale { position: relative; height: 52px !important; overflow: visible; }
.explore-scale > .widget-label { position: absolute; top: 0; left: 0; width: auto !important;
  font-weight: 600; }
.explore-scale > .widget-readout { position: absolute; top: 0; right: 0; margin: 0; }
.explore-scale > .slider-container { position: absolute; left: 0; right: 0; bottom: 10px;
  margin: 0 !important; }
.explore-panel .jupyter-widget-TabPanel-tabBar > .lm-TabBar-content > .lm-TabBar-tab,
.explore-panel .lm-TabBar-tab { flex: 0 0 auto !important; max-width: none !important; }
</style>"""


def scale_slider(
    label: str, low: float, high: float, step: float, value: float
) -> widgets.FloatLogSlider:
    """A slider of learning rates whose track is as long as the scale of the chart above it.

    Args:
        label: stands over the track, so that both ends are free.
        low, high, step: exponents of ten.
        value: the rate itself.
    """
    made = widgets.FloatLogSlider(
        value=value,
        base=10,
        min=low,
        max=high,
        step=step,
        description=label,
        readout_format=".2g",
        style={"description_width": "auto"},
    )
    made.add_class("explore-scale")
    return made


class Bowl:
    """The sliders of the bowl, and what they set in motion."""

    def __init__(self) -> None:
        self.chart = Chart()
        self.trials: dict[tuple[float, float, float], Trial] = {}
        self._make()
        self._arrange()
        for each in self.controls.values():
            each.observe(lambda change: self._turned(), "value")
        self._turned()

    @property
    def setting(self) -> Setting:
        """What the sliders say."""
        rate, momentum, steep, steps = (each.value for each in self.controls.values())
        # A browser's powers of ten differ in the last digit.
        return Setting(float(f"{rate:.5g}"), round(float(momentum), 2), float(steep), int(steps))

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        setting = self.setting
        path = roll(setting.rate, setting.momentum, setting.steep)
        return f"{speed_in_words(setting)} {place_in_words(setting, path)}"

    def _make(self) -> None:
        low, high = EXPONENTS
        rate = scale_slider("Learning rate", low, high, EXPONENT_STEP, 10**-1.6)
        slider = shell.slider
        self.controls: dict[str, Any] = {
            "rate": rate,
            "momentum": slider("Momentum", 0, MOMENTA[-1], 0.05, 0, "Share of the velocity kept"),
            "steep": slider("Curvature L", 2, 40, 1, 10, "Of the steepest direction"),
            "steps": slider("Steps shown", 0, MOST_STEPS, 1, 30, "How far the ball has rolled"),
        }
        self.play = widgets.Play(
            value=30, min=0, max=MOST_STEPS, interval=90, description="Roll", show_repeat=False
        )
        widgets.jslink((self.play, "value"), (self.controls["steps"], "value"))
        self.picture = widgets.Image(format="jpeg", layout=widgets.Layout(width="100%"))
        self.picture.add_class("explore-picture")
        self.goal, self.summary = widgets.HTML(), widgets.HTML()

    def _arrange(self) -> None:
        rate, momentum, steep, steps = self.controls.values()
        low, high = self.chart.scale()
        rate.layout.margin = f"0 0 0 {100 * low:.2f}%"
        rate.layout.width = f"{100 * (high - low):.2f}%"
        left = widgets.VBox(
            [
                shell.group_heading("The bowl"),
                steep,
                shell.group_heading("The ball"),
                momentum,
                steps,
                self.play,
                self.summary,
            ],
            layout=widgets.Layout(width="300px", flex="0 0 auto"),
        )
        right = widgets.VBox(
            [self.picture, rate],
            layout=widgets.Layout(
                flex="1 1 0", min_width="0", max_width="620px", margin="0 0 0 18px"
            ),
        )
        body = widgets.HBox([left, right], layout=widgets.Layout(width="100%"))
        self.box = widgets.VBox(
            [widgets.HTML(SCALE_STYLE), self.goal, body], layout=widgets.Layout(width="100%")
        )

    def _turned(self) -> None:
        setting = self.setting
        path = roll(setting.rate, setting.momentum, setting.steep)
        key = (setting.rate, setting.momentum, setting.steep)
        self.trials[key] = Trial(*key, float(arrival(path)))
        tried = list(self.trials.values())
        self.picture.value = self.chart.draw(setting, path, tried)
        self.goal.value = shell.goal_box(GOAL, *goal_feedback(tried, setting.steep))
        self.summary.value = (
            '<div role="status" aria-live="polite" class="explore-text" style="margin-top:10px">'
            f"{html.escape(speed_in_words(setting))} <br>"
            f"<b>{html.escape(place_in_words(setting, path))}</b></div>"
        )
