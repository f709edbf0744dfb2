"""`explore.weight_decay()`: a slider for weight decay, and a real head retrained as it moves.

Lesson 06. Article, "Regularization - Weight Decay": what decay does to the weights can always be
seen; what it does to the accuracy only where there is something to be kept from learning by heart.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch
from torch import nn

from helpers import training
from helpers.data import PictureSet
from helpers.explore import shell
from helpers.explore.decay_chart import (
    DECAYS,
    GOAL,
    Case,
    Chart,
    View,
    goal_feedback,
    run_in_words,
    runs_of,
)
from helpers.explore.head_runs import Parts, Plan, Run, Trainer
from helpers.explore.pooled import AVERAGE, Pooled, Views
from helpers.explore.probe import picture_set, spread_over_classes
from helpers.explore.retrainer import Retrainer

# Wide enough to learn wrong labels by heart, with norms whose decay can be seen.
HEAD = Parts(AVERAGE, norm=True, eps=1e-2, hidden=128, dropout=0.0)
EPOCHS = 20
WRONG = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
START = 0.01  # AdamW's default

# --------------------------------------------------------------------------------------- shell


def weight_decay(pictures: PictureSet | None = None, model: nn.Module | None = None) -> shell.Panel:
    """A slider for weight decay: norms, losses and accuracy of a head retrained as it moves.

    The first time, the pictures go through the frozen backbone, which takes some seconds; what it
    says is kept on disk, and shared with `explore.head()`.

    Args:
        pictures: default: the course's data.
        model: from `models.backbone`; default: the course's backbone. It is not changed.

    Raises:
        CourseError: `pictures` is not a data set, or `model` not one of the course.
    """
    return Decays(picture_set(pictures), model).panel


class Decays(Retrainer):
    """The slider and the circumstances, and the heads that they have trained.

    Attributes:
        tried: a finished run for each circumstance and decay.
    """

    def __init__(self, pictures: PictureSet, model: nn.Module | None) -> None:
        super().__init__()
        self.pooled = Pooled(pictures, model)
        self.tried: dict[tuple[Case, float], Run] = {}
        self.run: Run | None = None
        self.without: Run | None = None
        self._make()
        case = self.case
        for _ in self._trained(case, 0.0):
            pass
        none = self.tried[case, 0.0]
        low = max(0.0, round(none.end - 0.55, 1))
        self.chart = Chart(self.pooled.classes, EPOCHS, none.norms[-1], (low, 1.0))
        self.panel = self._arrange()
        self.begin()

    @property
    def case(self) -> Case:
        """The circumstances, as the controls say."""
        names = ("way", "everywhere", "wrong", "per_class")
        return Case(*(self.controls[name].value for name in names))

    @property
    def decay(self) -> float:
        """The weight decay on the slider."""
        return float(self.controls["decay"].value)

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        if self.stale or self.run is None or self.without is None or not self.run.accuracy:
            return "The head is being trained."
        return run_in_words(self.case, self._plan(self.case, self.decay), self.run, self.without)

    @property
    def view(self) -> View:
        """All that is to be seen, for the chart."""
        case = self.case
        runs = runs_of(case, self.tried)
        return View(case, self.decay, self.run, self.without, runs, self.stale)

    # The controls.

    def _make(self) -> None:
        most = int(torch.bincount(self.pooled.train.labels).max())
        few = min(2, most)
        self.controls: dict[str, Any] = {
            "decay": shell.scale(
                "Weight decay", DECAYS, START, "The optimizer's weight_decay", "none"
            ),
            "wrong": shell.scale("Wrong labels", WRONG, 0.0, "Share of the training labels"),
            "per_class": shell.slider(
                "Pictures per class", few, most, 1, most, "How many to learn from", 140
            ),
            "way": shell.choice(
                "Kind",
                {"decoupled (AdamW)": "decoupled", "L2 in the gradient (Adam)": "L2"},
                Plan.way,
                "Where the decay goes: past the gradient, or into it",
            ),
            "everywhere": shell.switch(
                "Biases and norms decay too", False, "Usually they are spared"
            ),
        }

    def _arrange(self) -> shell.Panel:
        title = shell.heading(
            "Weight decay",
            "As the slider moves, a real head is trained on what the frozen backbone says of the "
            "pictures, beside one without decay.",
        )
        c = self.controls
        return self.arrange(
            title, [c["decay"], c["wrong"], c["per_class"]], [c["way"], c["everywhere"]]
        )

    # What they set in motion.

    def _work(self) -> Generator[float, None, None]:
        case, decay = self.case, self.decay
        self.run = None
        self.without = yield from self._trained(case, 0.0)
        self.run = self.tried.get((case, decay))
        if self.run is None:
            self.run = yield from self._trained(case, decay)

    def _trained(self, case: Case, decay: float) -> Generator[float, None, Run]:
        """The run of a circumstance and a decay, trained unless it has been."""
        if (case, decay) not in self.tried:
            trainer = Trainer(HEAD, self._plan(case, decay), self.pooled, self._taught(case))
            if decay:
                self.run = trainer.run
            else:
                self.without = trainer.run
            yield from trainer.training()
            self.tried[case, decay] = trainer.run
        return self.tried[case, decay]

    def _plan(self, case: Case, decay: float) -> Plan:
        return Plan(epochs=EPOCHS, decay=decay, way=case.way, everywhere=case.everywhere)

    def _taught(self, case: Case) -> Views:
        train = self.pooled.train
        rows = spread_over_classes(train.labels, case.per_class * self.pooled.classes)
        few = train.take(rows)
        wrong = training.wrong_labels(few.labels, case.wrong, self.pooled.classes)
        return Views(few.values, wrong)

    def _chart(self) -> bytes:
        return self.chart.draw(self.view)

    def _feedback(self) -> str:
        return shell.goal_box(GOAL, *goal_feedback(self.case, self.tried))
