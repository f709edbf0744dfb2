"""The checks of the schedules lesson: what the wrong answers beside them do not show."""

from typing import Any

import numpy as np
import pytest
import torch
from checked_answers import codes

from helpers.checks import EXERCISES
from helpers.checks.run import collect, judge_evidence
from helpers.training import steps

SEEDS = range(4)


@pytest.mark.parametrize("name", ["sgd_step", "adam_step"])
def test_the_library_gives_the_right_answers(name: str) -> None:
    for seed in SEEDS:
        assert codes(f"schedule.{name}", getattr(steps, name), seed) == []


@pytest.mark.parametrize(
    ("name", "optimizer"), [("sgd_step", torch.optim.SGD), ("adam_step", torch.optim.Adam)]
)
def test_the_right_walks_are_those_of_torch(name: str, optimizer: Any) -> None:
    exercise: Any = EXERCISES[f"schedule.{name}"]
    for walk in exercise.inputs(5):
        options = {"momentum": 0.9} | walk.options if name == "sgd_step" else walk.options
        weight = torch.nn.Parameter(torch.from_numpy(walk.start.copy()))
        torchs = optimizer([weight], lr=1.0, **options)
        for gradient, rate, wanted in zip(
            walk.gradients, walk.rates, exercise._steps(exercise.right, walk), strict=True
        ):
            torchs.param_groups[0]["lr"] = float(rate)
            weight.grad = torch.from_numpy(gradient)
            torchs.step()
            np.testing.assert_allclose(wanted, weight.detach().numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("exercise_id", "answer", "code"),
    [
        ("schedule.sgd_step", lambda w, g, v, lr, m=0.9, n=False: w, "not-the-parts"),
        ("schedule.sgd_step", lambda w, g, v, lr, m=0.9, n=False: (w, v[0]), "wrong-shape"),
        ("schedule.sgd_step", lambda w, g, v, lr, m=0.9, n=False: (w.int(), v), "not-the-parts"),
        ("schedule.sgd_step", lambda w, g, v, lr, m=0.9, n=False: (w / 0, v), "not-finite"),
        ("schedule.adam_step", lambda *a, **k: (a[0].to("meta"), a[2], a[3]), "wrong-device"),
        ("schedule.adam_step", lambda *a, **k: [1.0, 2.0, 3.0], "wrong-type"),
        ("schedule.step_decay", lambda e, lr, n, f: lr if e < n else float("nan"), "not-finite"),
        ("schedule.step_decay", lambda e, lr, n, f: torch.tensor([lr]), "wrong-type"),
        ("schedule.triangular", lambda s, a, b, h: True, "wrong-type"),
        ("schedule.one_cycle", lambda s, n, p, *a, **k: (p, "0.9"), "wrong-type"),
        ("schedule.one_cycle", lambda s, n, p, *a, **k: (p, float("inf")), "not-finite"),
        ("schedule.momentum_correction", lambda lr, a, b: np.array([lr]), "wrong-type"),
        ("schedule.steps_in_order", lambda *a: 0.1, "wrong-type"),
    ],
)
def test_the_wrong_kind_of_result_is_named(exercise_id: str, answer: Any, code: str) -> None:
    assert codes(exercise_id, answer)[0] == code


@pytest.mark.parametrize("name", ["sgd_step", "step_decay", "one_cycle", "steps_in_order"])
def test_evidence_that_lacks_a_part_earns_nothing(name: str) -> None:
    exercise = EXERCISES[f"schedule.{name}"]
    evidence = collect(exercise, lambda *args, **kwargs: (0.1, 0.9), 3)
    for part in ("walks", "curves", "runs"):
        forged = evidence | {"probe": {part: []}}
        assert judge_evidence(exercise, forged, 3).name == "unreadable"


def test_settings_go_by_name_or_by_place() -> None:
    """Other names for the settings, or another order of them, make no difference."""

    def by_place(w: Any, g: Any, v: Any, eta: float, mu: float = 0.9, ahead: bool = False) -> Any:
        return steps.sgd_step(w, g, v, eta, mu, ahead)

    def by_name(w: Any, g: Any, v: Any, eta: float, *, nesterov: bool = False,
                momentum: float = 0.9) -> Any:  # fmt: skip
        return steps.sgd_step(w, g, v, eta, momentum, nesterov)

    assert codes("schedule.sgd_step", by_place) == codes("schedule.sgd_step", by_name) == []
