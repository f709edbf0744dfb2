"""The checks of the learning rate lesson: what the wrong answers beside them do not show."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from checked_answers import codes

from helpers.checks import EXERCISES
from helpers.checks.rate.range_test_probe import Snapshot
from helpers.checks.rate.sweeping import PLANS, right_curve
from helpers.checks.run import collect, judge_evidence
from helpers.training import lr_finder

SEEDS = range(5)


def gives_up(*args: object) -> tuple[list[float], list[float]]:
    return [], []


@pytest.mark.parametrize("name", ["lr_at", "smooth", "suggest_lr"])
def test_the_library_gives_the_right_answers(name: str) -> None:
    for seed in SEEDS:
        assert codes(f"rate.{name}", getattr(lr_finder, name), seed) == []


@pytest.mark.parametrize(
    ("exercise_id", "answer", "code"),
    [
        ("rate.descend", lambda g, x, lr, n: np.full(n + 1, x), "wrong-type"),
        ("rate.descend", lambda g, x, lr, n: [x] * n + ["end"], "wrong-type"),
        ("rate.descend", lambda g, x, lr, n: (), "stops-early"),
        ("rate.largest_stable_lr", lambda c: [2 / c] if c else math.inf, "wrong-type"),
        ("rate.largest_stable_lr", lambda c: True, "wrong-type"),
        ("rate.lr_at", lambda i, n, low, high: str(low), "wrong-type"),
        ("rate.lr_at", lambda i, n, low, high: math.nan, "not-finite"),
        ("rate.smooth", lambda losses, beta: [], "wrong-length"),
        ("rate.smooth", lambda losses, beta: {0: losses}, "wrong-type"),
        ("rate.range_test", gives_up, "stops-too-early"),
        ("rate.range_test", lambda *args: (1.0, 2.0), "not-a-pair"),
        ("rate.range_test", lambda *args: ([None], [None]), "wrong-type"),
        ("rate.suggest_lr", lambda lrs, losses: lrs[5:6], "wrong-type"),
        ("rate.suggest_lr", lambda lrs, losses: -math.inf, "not-finite"),
    ],
)
def test_the_wrong_kind_of_result_is_named(exercise_id: str, answer: Any, code: str) -> None:
    assert codes(exercise_id, answer)[0] == code


def test_a_range_test_is_not_right_because_nothing_was_seen() -> None:
    exercise = EXERCISES["rate.range_test"]
    evidence = collect(exercise, gives_up, 3) | {"probe": {"runs": []}}
    assert judge_evidence(exercise, evidence, 3).name == "unreadable"


def test_somebody_who_stops_the_check_itself_is_heard() -> None:
    def stopped(*args: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect(EXERCISES["rate.range_test"], stopped, 3)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_a_bench_is_the_same_every_time(plan: Any) -> None:
    first, second = plan.build(3), plan.build(3)
    again = Snapshot(second)
    for name, weights in Snapshot(first).weights.items():
        assert torch.equal(weights, again.weights[name])
    assert np.array_equal(first.rates, second.rates)
    differences = again.differences()
    assert not any(differences[part] for part in ("weights", "buffers", "state", "gradients"))
    assert differences["random"] and differences["modes"][0] == differences["modes"][1]


def test_calm_sweeps_stay_calm_and_the_wild_one_runs_away() -> None:
    for seed in SEEDS:
        for plan in PLANS:
            if not plan.fault:
                curve = right_curve(plan.build(seed))
                assert (curve.stops is not None) == plan.stops_early
                lowest = np.minimum.accumulate(curve.losses)
                assert plan.stops_early or (curve.losses < 4 * lowest).all()


@pytest.mark.parametrize("part", ["weights", "buffers", "state", "gradients"])
def test_a_snapshot_sees_every_tensor(part: str) -> None:
    plan = next(plan for plan in PLANS if plan.used and plan.stale_gradients)
    bench = plan.build(3)
    memory = [v for entry in bench.optimizer.state.values() for v in entry.values()]
    tensors = {
        "weights": [parameter.data for parameter in bench.model.parameters()],
        "buffers": list(bench.model.buffers()),
        "state": [value for value in memory if isinstance(value, torch.Tensor)],
        "gradients": [p.grad for p in bench.model.parameters() if p.grad is not None],
    }[part]
    assert tensors
    for tensor in tensors:
        before = Snapshot(bench)
        tensor.view(-1)[0] += 1
        assert len(before.differences()[part]) == 1
