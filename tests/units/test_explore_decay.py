"""The weight decay widget: what decay does to a run, what is said of it, chart and controls."""

from __future__ import annotations

import asyncio
import html
import io
import itertools
import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from explore_pictures import CLASSES, assert_all_reachable, picture_set
from PIL import Image
from torch import nn

from helpers import explore, models, training
from helpers.errors import CourseError
from helpers.explore import decays
from helpers.explore.decay_chart import (
    DECAYS,
    Case,
    apart_by_factor,
    best_of,
    case_in_words,
    goal_feedback,
    run_in_words,
    runs_of,
)
from helpers.explore.decays import EPOCHS, HEAD, Decays
from helpers.explore.head_runs import Parts, Plan, Run, Trainer, train
from helpers.explore.pooled import Pooled


@pytest.fixture(scope="module")
def shared() -> Decays:
    explorer: Decays = explore.weight_decay(picture_set()).explorer
    return explorer


@pytest.fixture
def explorer(shared: Decays) -> Iterator[Decays]:
    """The widget as it begins."""
    shared.tried.clear()
    shared.set(decay=0.01, wrong=0.0, per_class=8, way="decoupled", everywhere=False)
    yield shared


@pytest.fixture(scope="module")
def pooled(shared: Decays) -> Pooled:
    return shared.pooled


# ------------------------------------------------------------------------------------ compute


def test_a_run_with_decay_takes_torchs_steps(pooled: Pooled) -> None:
    """The same training with one optimizer, written out."""
    few = pooled.train.take([0, 9, 17, 25])
    for way, kind in (("decoupled", torch.optim.AdamW), ("L2", torch.optim.Adam)):
        trainer = Trainer(
            Parts(hidden=0, norm=False, dropout=0), Plan(1e-2, 1, 3.0, way), pooled, few
        )
        net = Parts(hidden=0, norm=False, dropout=0).build(2 * pooled.channels, len(CLASSES))
        linear = net[0]
        assert isinstance(linear, nn.Linear)
        optimizer: torch.optim.Optimizer = kind(
            [{"params": [linear.weight], "weight_decay": 3.0},
             {"params": [linear.bias], "weight_decay": 0.0}], lr=1e-2
        )  # fmt: skip
        values, labels = next(iter(trainer._batches))
        trainer._batches.next_epoch = 0
        nn.functional.cross_entropy(net(values), labels).backward()
        optimizer.step()
        for _ in trainer.training():
            pass
        trained = trainer.net[0]
        assert isinstance(trained, nn.Linear)
        assert torch.allclose(trained.weight, linear.weight, atol=1e-6)
        assert torch.allclose(trained.bias, linear.bias, atol=1e-6)


def test_decay_shrinks_the_weights_and_biases_only_when_asked(pooled: Pooled) -> None:
    runs = {
        (decay, everywhere): train(
            HEAD, Plan(epochs=8, decay=decay, everywhere=everywhere), pooled, pooled.train
        )
        for decay, everywhere in ((0.0, False), (30.0, False), (30.0, True))
    }
    none, spared, all_of_it = (run.norms[-1] for run in runs.values())
    assert len(none) == 3
    assert spared[0] < 0.85 * none[0]
    assert spared[1] < 0.95 * none[1]
    assert spared[2] == pytest.approx(none[2], rel=0.05)
    assert all_of_it[2] < 0.9 * none[2]


def test_norms_are_those_of_the_head(pooled: Pooled) -> None:
    trainer = Trainer(HEAD, Plan(epochs=1), pooled, pooled.train)
    for _ in trainer.training():
        pass
    weights = [m.weight for m in trainer.net if isinstance(m, nn.Linear)]
    assert trainer.run.norms[-1][:2] == pytest.approx([float(w.detach().norm()) for w in weights])
    others = [p for p in trainer.net.parameters() if not any(p is w for w in weights)]
    assert trainer.run.norms[-1][2] == pytest.approx(
        math.sqrt(sum(float(p.detach().square().sum()) for p in others))
    )


def test_the_labels_are_wrong_and_few_as_the_controls_say(explorer: Decays) -> None:
    whole = explorer._taught(Case(per_class=8))
    assert sorted(whole.labels.tolist()) == sorted(picture_set().train.labels.tolist())
    few = explorer._taught(Case(per_class=3))
    assert torch.bincount(few.labels).tolist() == [3] * len(CLASSES)
    wrong = explorer._taught(Case(per_class=8, wrong=0.5))
    assert int((wrong.labels != whole.labels).sum()) == round(0.5 * len(whole.labels))
    assert torch.equal(wrong.values, whole.values)
    assert torch.equal(wrong.labels, training.wrong_labels(whole.labels, 0.5, len(CLASSES))), (
        "the lesson's own"
    )


@pytest.mark.parametrize("name", ["mobilenet_v2", "densenet121"])
def test_every_kind_of_backbone_runs(name: str) -> None:
    explorer = Decays(picture_set(), models.backbone(name, pretrained=False))
    assert explorer.run is not None
    assert len(explorer.run.accuracy) == EPOCHS


# -------------------------------------------------------------------------------------- words


def run_of(accuracy: float, loss: float = 1.0, others: float = 3.0) -> Run:
    right = torch.arange(100) < round(100 * accuracy)
    return Run(9, [0.5], [loss], [accuracy], [[2.0, 1.0, others]], right)


RIGHT, WRONG = Case(), Case(wrong=0.3)
NOTHING = {(RIGHT, 0.0): run_of(0.9), (RIGHT, 1.0): run_of(0.91)}
MUCH = {(WRONG, 0.0): run_of(0.6), (WRONG, 10.0): run_of(0.8)}


@pytest.mark.parametrize(
    ("case", "tried", "words", "reached"),
    [
        (RIGHT, {(RIGHT, 0.0): run_of(0.9)}, "Move the slider", False),
        (RIGHT, NOTHING, "best so far is 1: +1.0 points against none; luck alone", False),
        (WRONG, MUCH, "Found: 10 with AdamW on weights alone, 30% wrong labels", False),
        (WRONG, MUCH, "Now try with all labels right", False),
        (WRONG, NOTHING | MUCH, "With all labels right, none of the 1 tried so far does", True),
        (RIGHT, {(RIGHT, 0.0): run_of(0.6), (RIGHT, 9.0): run_of(0.8)}, "+20.0 points", True),
    ],
)
def test_the_goal_says_how_near_one_is(
    case: Case, tried: dict[tuple[Case, float], Run], words: str, reached: bool
) -> None:
    said, found = goal_feedback(case, tried)
    assert words in said
    assert found == reached


def test_after_some_tries_it_is_said_that_nothing_shows() -> None:
    tried = {(RIGHT, decay): run_of(0.9) for decay in DECAYS[:5]}
    assert "Nothing shows" not in goal_feedback(RIGHT, tried)[0]
    tried |= {(RIGHT, DECAYS[5]): run_of(0.91)}
    assert "Nothing shows here that 100 pictures can tell" in goal_feedback(RIGHT, tried)[0]


def test_the_best_decay_is_the_one_that_wins_most() -> None:
    tried = MUCH | {(WRONG, 3.0): run_of(0.7), (RIGHT, 3.0): run_of(1.0)}
    best = best_of(WRONG, tried)
    assert best is not None
    assert best[:2] == (10.0, pytest.approx(0.2))
    assert best[2] == pytest.approx(3 * math.sqrt(20) / 100)
    assert best_of(Case(way="L2"), tried) is None
    assert list(runs_of(WRONG, tried)) == [0.0, 3.0, 10.0]


def test_the_words_are_honest_about_what_shows_and_what_does_not() -> None:
    plan, none = Plan(epochs=20, decay=10.0), run_of(0.6)
    small = run_in_words(RIGHT, plan, run_of(0.61), none)
    assert "100 pictures cannot tell that from no decay at all" in small
    assert "1 - 0.001 × 10 = 0.99" in small
    large = run_in_words(WRONG, plan, run_of(0.8, loss=1.3), none)
    assert "cannot tell" not in large
    assert "The loss is higher although more is right" in large
    assert "higher" not in run_in_words(WRONG, plan, run_of(0.8, loss=0.9), none)
    every = Case(everywhere=True)
    assert "spare biases and norms" in run_in_words(every, plan, run_of(0.1, others=0.01), none)
    assert "multiplies" not in run_in_words(Case(way="L2"), plan, run_of(0.8), none)
    assert "points" not in run_in_words(RIGHT, Plan(epochs=20), none, none)


def test_circumstances_in_words() -> None:
    assert case_in_words(Case("L2", True, 0.2, 5)) == (
        "Adam with L2 on everything, 20% wrong labels, up to 5 pictures a class"
    )


def test_labels_stand_apart_on_a_scale_of_powers() -> None:
    low, high = apart_by_factor([1.0, 1.01], 2.0)
    assert (low, high) == (pytest.approx(1.0), pytest.approx(2.0))


# -------------------------------------------------------------------------------- the controls


def test_the_slider_gives_another_run_picture_and_words(explorer: Decays) -> None:
    before = (explorer.picture.value, explorer.summary.value, explorer.run)
    assert explorer.decay == 0.01
    explorer.controls["decay"].value = 10.0
    assert explorer.run is not before[2]
    assert explorer.picture.value != before[0]
    assert "weight decay 10, " in html.unescape(explorer.summary.value)
    assert explorer.summary.value != before[1]
    assert Image.open(io.BytesIO(explorer.picture.value)).size == (960, 370)
    assert list(runs_of(explorer.case, explorer.tried)) == [0.0, 0.01, 10.0]


def test_no_decay_is_the_run_to_compare_with(explorer: Decays) -> None:
    explorer.controls["decay"].value = 0.0
    assert explorer.run is explorer.without
    assert "points" not in explorer.words


def test_other_circumstances_get_their_own_run_without_decay(explorer: Decays) -> None:
    before = explorer.without
    explorer.controls["wrong"].value = 0.4
    assert explorer.without is not before
    assert explorer.without is explorer.tried[explorer.case, 0.0]
    assert explorer.without is not None
    assert before is not None
    assert explorer.without.valid_loss[-1] > before.valid_loss[-1]
    for name, value in (("per_class", 4), ("way", "L2"), ("everywhere", True)):
        explorer.controls[name].value = value
    assert (explorer.case, 0.01) in explorer.tried
    assert len({case for case, _ in explorer.tried}) == 5


def test_what_was_trained_is_not_trained_again(
    explorer: Decays, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = explorer.run
    explorer.controls["decay"].value = 1.0
    monkeypatch.setattr(decays, "Trainer", None)
    explorer.controls["decay"].value = 0.01
    assert explorer.run is run


def test_only_the_newest_request_is_trained(explorer: Decays) -> None:
    async def slide() -> None:
        for decay in (0.1, 0.3, 1.0, 3.0):
            before = explorer.picture.value
            explorer.controls["decay"].value = decay
            assert explorer.picture.value != before, "drawn before it is trained"
            assert explorer.stale
            await asyncio.sleep(0.001)
        task = explorer._worker._task
        assert task is not None
        await task

    asyncio.run(slide())
    assert list(runs_of(explorer.case, explorer.tried)) == [0.0, 0.01, 3.0]
    assert not explorer.stale
    assert "weight decay 3, " in explorer.summary.value


def test_a_failure_is_said_in_the_widget(explorer: Decays, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise CourseError("the disk is <full>")

    monkeypatch.setattr(decays, "Trainer", broken)
    explorer.controls["decay"].value = 0.3
    assert "the disk is &lt;full&gt;" in explorer.summary.value


def test_every_control_has_a_label_and_can_be_reached(explorer: Decays) -> None:
    assert_all_reachable(explorer.panel, 5)


def test_the_slider_goes_from_none_over_powers(explorer: Decays) -> None:
    names, values = zip(*explorer.controls["decay"].options, strict=True)
    assert names[0] == "none"
    assert values == DECAYS
    assert all(2.9 < b / a < 3.5 for a, b in itertools.pairwise(values[1:]))


def test_without_a_kernel_there_is_a_picture_and_its_words(explorer: Decays) -> None:
    bundle = explorer.panel._repr_mimebundle_()
    assert bundle["text/plain"] == explorer.words
    assert "weight decay 0.01" in bundle["text/plain"]
    assert bundle["image/jpeg"].startswith("/9j/")


def test_nothing_goes_to_stderr(explorer: Decays, capfd: pytest.CaptureFixture[str]) -> None:
    explorer.set(decay=100.0, everywhere=True, per_class=2)
    assert capfd.readouterr().err == ""


def test_what_is_no_data_set_gets_one_line() -> None:
    given: Any = picture_set().train
    with pytest.raises(CourseError, match="all splits"):
        explore.weight_decay(given)
