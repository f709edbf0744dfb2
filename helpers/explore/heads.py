"""`explore.head()`: the parts of a head, switched on and off, and a real head retrained each time.

Lesson 05. Article, "How should my classifier look like?" and "Why not simply use more linear
layers?": what each part is worth, and what it costs in parameters.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from torch import nn

from helpers.data import PictureSet
from helpers.explore import shell
from helpers.explore.head_chart import (
    BARE,
    FULL,
    Chart,
    Goal,
    Setting,
    View,
    goal_feedback,
    run_in_words,
    share_wanted,
    stack_in_words,
)
from helpers.explore.head_runs import Parts, Plan, Run, Trainer, layers
from helpers.explore.pooled import AVERAGE, POOLINGS, Pooled
from helpers.explore.probe import picture_set
from helpers.explore.retrainer import Retrainer

HIDDEN = (0, 16, 32, 64, 128, 256)
DROPOUTS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.7)
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)

# --------------------------------------------------------------------------------------- shell


def head(pictures: PictureSet | None = None, model: nn.Module | None = None) -> shell.Panel:
    """The parts of a head as switches: shapes, parameters, and a head retrained at each touch.

    The first time, the pictures go through the frozen backbone, which takes some seconds; what it
    says is kept on disk.

    Args:
        pictures: default: the course's data.
        model: from `models.backbone`; default: the course's backbone. It is not changed.

    Raises:
        CourseError: `pictures` is not a data set, or `model` not one of the course.
    """
    return Heads(picture_set(pictures), model).panel


class Heads(Retrainer):
    """The switches, and the heads that they have trained.

    Attributes:
        tried: a finished run for every setting.
    """

    def __init__(self, pictures: PictureSet, model: nn.Module | None) -> None:
        super().__init__()
        self.pooled = Pooled(pictures, model)
        self.tried: dict[Setting, Run] = {}
        self.run: Run | None = None
        self.before: Run | None = None
        runs = [self._trainer(setting) for setting in (FULL, BARE)]
        for trainer in runs:
            _finish(trainer.training())
        smallest = sum(each.parameters for each in self._layers(Parts(AVERAGE, hidden=0)))
        full, bare = (trainer.run for trainer in runs)
        self.target = Goal(full, bare, share_wanted(full.parameters, smallest))
        self.tried[FULL] = full
        self.chart = Chart(self.target, self.pooled.classes, Plan.epochs)
        self._make()
        self.panel = self._arrange()
        self.begin()

    @property
    def setting(self) -> Setting:
        """What the controls say."""
        is_on = {name: control.value for name, control in self.controls.items()}
        if not is_on["norm"]:
            is_on["eps"] = Parts.eps  # without norms it makes no difference
        lr, augmented = is_on.pop("lr"), is_on.pop("augmented")
        return Setting(Parts(**is_on), lr, augmented)

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        said = stack_in_words(self._layers(self.setting.parts))
        if self.run is None or self.stale or not self.run.accuracy:
            return said
        return f"{said} {run_in_words(self.setting, self.run, self.pooled.classes)}"

    @property
    def view(self) -> View:
        """All that is to be seen, for the chart."""
        stack = self._layers(self.setting.parts)
        return View(self.setting, stack, self.run, self.before, self.tried, self.stale)

    # The controls.

    def _make(self) -> None:
        parts = FULL.parts
        self.controls: dict[str, Any] = {
            "pooling": shell.choice(
                "Pooling", {name: name for name in POOLINGS}, parts.pooling,
                "What of each feature map reaches the head",
            ),
            "hidden": shell.scale(
                "Hidden layer", HIDDEN, parts.hidden, "Width of a Linear and a ReLU between", "none"
            ),
            "norm": shell.switch("BatchNorm1d", parts.norm, "Before each Linear"),
            "eps": shell.choice(
                "eps of the norms", {"1e-5, the default": 1e-5, "1e-2": 1e-2}, parts.eps,
                "Keeps channels that hardly vary from being blown up",
            ),
            "dropout": shell.scale("Dropout", DROPOUTS, parts.dropout, "Before each Linear"),
            "lr": shell.scale("Learning rate", RATES, FULL.lr, "Of Adam, constant"),
            "augmented": shell.switch(
                "Augmented views", FULL.augmented, "Off: it learns from the pictures as they are"
            ),
            "softmax": shell.switch(
                "Softmax before the loss (a trap)", parts.softmax, "The loss takes logits"
            ),
        }  # fmt: skip
        self.full = shell.button(
            "The full head", "Every part as it was at first", "undo", "max-content"
        )
        self.full.on_click(lambda _: self.choose(FULL))

    def _arrange(self) -> shell.Panel:
        title = shell.heading(
            "The head",
            "Its parts as switches. At each touch, a real head is trained on what the frozen "
            "backbone says of the pictures.",
        )
        c = self.controls
        left = [c["pooling"], c["hidden"], c["eps"], c["dropout"], c["lr"]]
        return self.arrange(title, left, [c["norm"], c["augmented"], c["softmax"], self.full])

    # What they set in motion.

    def choose(self, setting: Setting) -> None:
        """Set the controls to a setting, and train it."""
        values = vars(setting.parts) | {"lr": setting.lr, "augmented": setting.augmented}
        self.set(**values)

    def turned(self) -> None:
        if not self._quiet.active and self.run is not None and self.run in self.tried.values():
            self.before = self.run
        self.controls["eps"].disabled = not self.controls["norm"].value
        super().turned()

    def _work(self) -> Generator[float, None, None]:
        setting = self.setting
        if setting in self.tried:
            self.run = self.tried[setting]
            return
        trainer = self._trainer(setting)
        yield 0.0
        self.run = trainer.run
        yield from trainer.training()
        self.tried[setting] = trainer.run

    def _chart(self) -> bytes:
        return self.chart.draw(self.view)

    def _feedback(self) -> str:
        return shell.goal_box(self.target.text, *goal_feedback(self.target, self.tried))

    def _trainer(self, setting: Setting) -> Trainer:
        taught = self.pooled.train if setting.augmented else self.pooled.plain
        return Trainer(setting.parts, Plan(lr=setting.lr), self.pooled, taught)

    def _layers(self, parts: Parts) -> list[Any]:
        return layers(parts, self.pooled.channels, self.pooled.side, self.pooled.classes)


def _finish(steps: Generator[float, None, Any]) -> None:
    """Take all steps at once."""
    for _ in steps:
        pass
