"""What weight decay does to a training, as a picture and in words. Lesson 06.

Nothing here trains or knows of a control: `head_runs` trains, `decays` is the widget.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers import figures
from helpers.explore.blit import Blit
from helpers.explore.head_runs import Plan, Run
from helpers.explore.loss_panel import FADED, PALE, LossPanel, apart
from helpers.plots.common import rate_text

DECAYS = (0.0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
LUCK = 3  # standard errors: many decays are tried, and the best of many is lucky
MANY = 5  # decays after which one may say that nothing shows
GOAL = (
    "Find a weight decay that beats none by more than luck. Is there one while all labels are "
    "right?"
)
OPTIMIZERS = {"decoupled": "AdamW", "L2": "Adam with L2"}
TOTALS = ("hidden weights", "output weights", "biases and norms")

# ------------------------------------------------------------------------------------- compute


@dataclass(frozen=True)
class Case:
    """In which circumstances decay is tried.

    Attributes:
        way: "decoupled" or "L2".
        everywhere: biases and norms decay too.
        wrong: share of wrong labels.
        per_class: pictures of each class, at most.
    """

    way: str = Plan.way
    everywhere: bool = False
    wrong: float = 0.0
    per_class: int = 20


Tried = Mapping[tuple[Case, float], Run]


def runs_of(case: Case, tried: Tried) -> dict[float, Run]:
    """The finished runs of these circumstances, by decay."""
    return {decay: run for (its, decay), run in sorted(tried.items(), key=_decay) if its == case}


def _decay(item: tuple[tuple[Case, float], Run]) -> float:
    return item[0][1]


def best_of(case: Case, tried: Tried) -> tuple[float, float, float] | None:
    """The decay that wins most against none, what it wins, and what luck can; None before one."""
    runs = runs_of(case, tried)
    gains = [(decay, *run.gain(runs[0.0])) for decay, run in runs.items() if decay and 0.0 in runs]
    if not gains:
        return None
    decay, gain, error = max(gains, key=lambda each: each[1])
    return decay, gain, LUCK * error


def goal_feedback(case: Case, tried: Tried) -> tuple[str, bool]:
    """How near the goal is, in words, and whether it is reached."""
    cases = list(dict.fromkeys(its for its, _ in tried))
    wins = {its: best for its in cases if (best := best_of(its, tried))}
    found = [its for its, (_, gain, luck) in wins.items() if gain > luck]
    said = ""
    if case in wins:
        decay, gain, luck = wins[case]
        said = (
            f"Here the best so far is {decay:g}: {100 * gain:+.1f} points against none; "
            f"luck alone makes up to {100 * luck:.1f}."
        )
        runs = runs_of(case, tried)
        if gain <= luck and len(runs) > MANY:
            count = len(runs[decay].right)
            said += f" Nothing shows here that {count} pictures can tell from luck."
    right = [its for its in wins if not its.wrong]
    if found and not case.wrong and case in found:
        return f"{said} ✓", True
    if found:
        said += f" Found: {wins[found[0]][0]:g} with {case_in_words(found[0])} ✓."
        honest = [its for its in found if not its.wrong]
        if not honest and right:
            count = sum(len(runs_of(its, tried)) - 1 for its in right)
            said += (
                f" With all labels right, none of the {count} tried so far does: that is what "
                "you may expect on pictures like these."
            )
        elif not honest:
            said += " Now try with all labels right."
        return said.strip(), bool(honest or right)
    return said or "Move the slider: each run stands beside the one without decay.", False


def case_in_words(case: Case) -> str:
    """The circumstances, in words."""
    wrong = f"{case.wrong:.0%} wrong labels" if case.wrong else "all labels right"
    spared = "on everything" if case.everywhere else "on weights alone"
    return f"{OPTIMIZERS[case.way]} {spared}, {wrong}, up to {case.per_class} pictures a class"


def run_in_words(case: Case, plan: Plan, run: Run, without: Run) -> str:
    """How the training went beside the one without decay, in words."""
    names = ", ".join(
        f"{name} {before:.2f} → {after:.2f}" if plan.decay else f"{name} {after:.2f}"
        for name, before, after in zip(TOTALS, without.norms[-1], run.norms[-1], strict=True)
    )
    said = (
        f"{case_in_words(case)}, weight decay {plan.decay:g}, {len(run.accuracy)} epochs at rate "
        f"{rate_text(plan.lr)}. "
    )
    if plan.decay and case.way == "decoupled":
        said += (
            f"Each step multiplies the weights by 1 - {plan.lr:g} × {plan.decay:g} = "
            f"{1 - plan.lr * plan.decay:.7g}. "
        )
    said += f"Norms{' without decay → with it' if plan.decay else ''}: {names}. "
    said += f"Training loss {run.train_loss[-1]:.2f}, validation loss {run.valid_loss[-1]:.2f}, "
    said += f"validation accuracy {run.end:.1%}"
    if not plan.decay:
        return f"{said}."
    gain, error = run.gain(without)
    luck = LUCK * error
    said += (
        f" ({without.end:.1%} without decay: {100 * gain:+.1f} points; "
        f"luck alone: {100 * luck:.1f})."
    )
    if gain > luck and run.valid_loss[-1] > without.valid_loss[-1]:
        said += " The loss is higher although more is right: small weights make it less sure."
    if abs(gain) <= luck:
        said += f" {len(run.right)} pictures cannot tell that from no decay at all."
    if case.everywhere and run.norms[-1][-1] < 0.1 * without.norms[-1][-1]:
        said += (
            " The norms' scales have shrunk to almost nothing with the weights, and what passes "
            "through them with it: spare biases and norms."
        )
    return said


# ---------------------------------------------------------------------------------------- draw


@dataclass(frozen=True)
class View:
    """Everything that is to be seen.

    Attributes:
        case, decay: what the controls say.
        run: the training, as far as it has come; None before it begins.
        without: the one without decay; None before it has begun.
        tried: all finished trainings in these circumstances, by decay.
        stale: the runs are of other controls.
    """

    case: Case
    decay: float
    run: Run | None
    without: Run | None
    tried: Mapping[float, Run]
    stale: bool


class Chart:
    """The loss, the norms of the weights, and accuracy against decay."""

    COLOURS = (figures.BLUE, figures.GREEN, figures.ORANGE)
    SHORT = ("hidden", "output", "biases, norms")

    def __init__(
        self,
        classes: int,
        epochs: int,
        start: Sequence[float],
        ends: tuple[float, float],
        width: float = 9.6,
        height: float = 3.7,
        dpi: float = 100,
    ) -> None:
        """Draw the still parts.

        Args:
            classes: of the data.
            epochs: of a run.
            start: the norms at the end of a run without decay: the scale.
            ends: lowest and highest accuracy to be seen.
            width, height: in inches.
            dpi: pixels per inch.
        """
        figure, [[left, middle, right]] = figures.new_grid(
            width, height, 1, 3, dpi, gridspec_kw={"width_ratios": [1, 1.1, 1.1]}
        )
        self._epochs, self._ends, self._top = epochs, ends, 1.35 * max(start)
        self._moving: dict[str, Any] = {}
        self._losses = LossPanel(left, epochs, classes, "none")
        self._make_norms(middle)
        self._make_scores(right)
        self._blit = Blit(figure, [*self._moving.values(), *self._losses.moving.values()])

    def draw(self, view: View) -> bytes:
        """The chart as a JPEG."""
        self._losses.draw(view.run, view.without, view.stale)
        self._draw_norms(view)
        self._draw_scores(view)
        return self._blit.jpeg()

    def _make_norms(self, axes: Axes) -> None:
        axes.set(xlim=(0, 1.85 * self._epochs), ylim=(0.01, self._top), yscale="log")
        axes.set_xticks([0, self._epochs // 2, self._epochs])
        axes.set_xlabel("epoch")
        axes.set_title("Norms (grey: no decay)", loc="left", fontweight="bold", fontsize=11)
        for number, colour in enumerate(self.COLOURS):
            for name, ink in ((f"old {number}", PALE), (f"norm {number}", colour)):
                self._moving[name] = axes.add_line(Line2D([], [], color=ink, linewidth=2.2))
            self._moving[f"text {number}"] = axes.text(
                0, 0, "", fontsize=9, va="center", color=colour, fontweight="bold"
            )

    def _make_scores(self, axes: Axes) -> None:
        low, high = self._ends
        axes.set(xlim=(-0.6, len(DECAYS) - 0.4), ylim=(low, high))
        axes.set_xticks([0, 3, 5, 7, 9, 11, 13])
        axes.set_xticklabels(["none", "0.001", "0.01", "0.1", "1", "10", "100"], fontsize=8)
        marks = [tick / 10 for tick in range(11) if low <= tick / 10 <= high]
        axes.set_yticks(marks, [f"{100 * tick:.0f} %" for tick in marks])
        axes.set_xlabel("weight decay")
        axes.set_title("Validation accuracy", loc="left", fontweight="bold", fontsize=11)
        for name, style in (
            ("none", {"color": figures.GREY, "linewidth": 1.2, "linestyle": (0, (4, 3))}),
            ("tried", {"color": figures.BLUE, "marker": "o", "markersize": 5, "linewidth": 1.2}),
            ("now", {"markerfacecolor": "none", "markeredgecolor": figures.BLACK, "marker": "o",
                     "markersize": 12, "markeredgewidth": 1.6, "linestyle": "none"}),
        ):  # fmt: skip
            given: dict[str, Any] = dict(style)
            self._moving[name] = axes.add_line(Line2D([], [], **given))
        self._moving["case"] = axes.text(
            0.03, 0.03, "", transform=axes.transAxes, fontsize=8.5, color=figures.GREY
        )

    def _draw_norms(self, view: View) -> None:
        now, old = (run.norms if run else [] for run in (view.run, view.without))
        old = [] if view.without is view.run else old
        ends = [max(value, 0.01) for value in now[-1]] if now else []
        room = (self._top / 0.01) ** 0.07
        heights = apart_by_factor(ends, room)
        for number in range(len(self.COLOURS)):
            line, text = self._moving[f"norm {number}"], self._moving[f"text {number}"]
            line.set_data(range(1, len(now) + 1), [norms[number] for norms in now])
            self._moving[f"old {number}"].set_data(
                range(1, len(old) + 1), [norms[number] for norms in old]
            )
            text.set_text(f"{self.SHORT[number]} {now[-1][number]:.2g}" if now else "")
            text.set_position((len(now) + 0.3, heights[number] if heights else 1.0))
            for artist in (line, text):
                artist.set_alpha(FADED if view.stale else 1.0)

    def _draw_scores(self, view: View) -> None:
        runs = view.tried
        places = [DECAYS.index(decay) for decay in runs]
        self._moving["tried"].set_data(places, [self._kept(run) for run in runs.values()])
        self._moving["case"].set_text(case_in_words(view.case).replace(", ", "\n"))
        base = runs.get(0.0)
        self._moving["none"].set_data(
            [-1, len(DECAYS)] if base else [], [base.end] * 2 if base else []
        )
        now = runs.get(view.decay)
        self._moving["now"].set_data(
            [DECAYS.index(view.decay)], [self._kept(now) if now else self._ends[0]]
        )

    def _kept(self, run: Run) -> float:
        """The accuracy, or the bottom of the panel where it is lower."""
        return max(run.end, self._ends[0] + 0.005)


def apart_by_factor(heights: Sequence[float], room: float) -> list[float]:
    """`apart` on a scale of powers."""
    logs = apart([math.log(height) for height in heights], math.log(room))
    return [math.exp(place) for place in logs]
