"""`explore.unfreezing()`: the stages as a stack to click on, what each costs, and a short run.

Lesson 02. Article, "Choosing which layers to train": the last ones see the more complex patterns,
and each earlier block deserves a lower rate.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import torch
from torch import nn

from helpers import figures, models
from helpers.data import PictureSet
from helpers.data.pictures import stack
from helpers.data.transforms import plain_transform
from helpers.explore import shell
from helpers.explore import stage_costs as costs
from helpers.explore.blit import jpeg
from helpers.explore.probe import fresh_copy, picture_set
from helpers.explore.stage_chart import FROST, HEADER, ICE, WIDTH, Stack, megabytes
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
        self.rate = shell.scale("Rate of the head", RATES, 1e-3)
        self.factor = shell.scale("Slower per stage by", FACTORS, 3.0)
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


def _sample(model: nn.Module, pictures: PictureSet) -> torch.Tensor:
    """A few training pictures, as the model takes them."""
    config = models.config_of(model)
    transform = plain_transform(pictures.size, config.mean, config.std)
    count = min(costs.BATCH, len(pictures.train))
    return stack([transform(pictures.train.picture(i)) for i in range(count)])
