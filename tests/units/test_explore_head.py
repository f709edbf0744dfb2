"""The head widget: pooled features, heads from their parts, short runs, chart, words, controls."""

from __future__ import annotations

import asyncio
import copy
import html
import io
import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from explore_pictures import CLASSES, SIZE, assert_all_reachable, picture_set
from PIL import Image
from torch import nn

from helpers import explore, models
from helpers.errors import CourseError
from helpers.explore import head_chart, head_runs
from helpers.explore.head_chart import BARE, FULL, Goal, Setting, goal_feedback, share_wanted
from helpers.explore.head_runs import Parts, Plan, Run, Trainer, layers, train
from helpers.explore.heads import Heads
from helpers.explore.pooled import AVERAGE, BOTH, MAXIMUM, Pooled


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return models.backbone(classes=3).train()


@pytest.fixture(scope="module")
def shared(model: nn.Module) -> Heads:
    before = copy.deepcopy(model.state_dict())
    explorer: Heads = explore.head(picture_set(), model).explorer
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), "the model that was given stays as it was"
    assert model.training
    assert all(parameter.requires_grad for parameter in model.parameters())
    return explorer


@pytest.fixture
def explorer(shared: Heads) -> Iterator[Heads]:
    """The widget with the full head."""
    shared.choose(FULL)
    yield shared


@pytest.fixture(scope="module")
def pooled(shared: Heads) -> Pooled:
    return shared.pooled


# --------------------------------------------------------------------------------- features


def test_features_are_the_average_and_the_maximum_of_the_maps(pooled: Pooled) -> None:
    model = models.backbone().eval()
    picture = picture_set().valid.picture(3)
    config = models.config_of(model)
    pixels = torch.tensor(list(picture.tobytes()), dtype=torch.float32)
    pixels = pixels.reshape(SIZE, SIZE, 3).permute(2, 0, 1) / 255
    mean, std = (torch.tensor(each)[:, None, None] for each in (config.mean, config.std))
    maps = ((pixels - mean) / std)[None]
    with torch.no_grad():
        for name, part in models.chain(model):
            if name == "avgpool":
                break
            maps = part(maps)
    expected = torch.cat([maps.mean((2, 3)), maps.amax((2, 3))], 1)[0]
    assert torch.allclose(pooled.valid.values[3], expected, atol=1e-3)
    assert (pooled.channels, pooled.side) == (maps.shape[1], tuple(maps.shape[2:]))
    assert pooled.valid.values[:, pooled.part(AVERAGE)].shape[1] == pooled.channels
    assert torch.equal(
        pooled.valid.values[:, pooled.part(MAXIMUM)], pooled.valid.values[:, pooled.channels :]
    )


def test_the_views_of_a_picture_differ_and_the_plain_one_is_alone(pooled: Pooled) -> None:
    views = pooled.train.values
    assert views.shape == (8 * len(CLASSES), 4, 2 * pooled.channels)
    assert not torch.equal(views[0, 0], views[0, 1])
    assert pooled.plain.values.shape[1] == 1


@pytest.mark.parametrize("name", ["mobilenet_v2", "densenet121", "resnet18"])
def test_every_kind_of_backbone_can_be_pooled(name: str) -> None:
    explorer = Heads(picture_set(), models.backbone(name, pretrained=False))
    width = {"mobilenet_v2": 1280, "densenet121": 1024, "resnet18": 512}[name]
    assert explorer.pooled.channels == width
    assert explorer.run is not None
    assert len(explorer.run.accuracy) == Plan.epochs


def test_a_head_that_was_replaced_is_left_out(pooled: Pooled) -> None:
    mine = models.concat_head(models.backbone(), 4)
    assert torch.allclose(Pooled(picture_set(), mine).valid.values, pooled.valid.values, atol=1e-5)


def test_a_pooling_that_is_hidden_gets_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    two = [("<body>", nn.Identity()), ("fc", nn.Linear(1, 1))]
    monkeypatch.setattr(models, "chain", lambda model: two)
    with pytest.raises(CourseError, match="lite0 is hidden in its forward"):
        Pooled(picture_set(), None)


# ------------------------------------------------------------------------------------ heads


def test_the_full_head_is_the_articles() -> None:
    kinds = [type(part) for part in Parts().build(20, 3)]
    norm, drop, linear, relu = nn.BatchNorm1d, nn.Dropout, nn.Linear, nn.ReLU
    assert kinds == [norm, drop, linear, relu, norm, drop, linear]


@pytest.mark.parametrize(
    ("parts", "kinds"),
    [
        (Parts(AVERAGE, False, 1e-5, 0, 0.0), [nn.Linear]),
        (Parts(BOTH, True, 1e-5, 0, 0.0), [nn.BatchNorm1d, nn.Linear]),
        (Parts(BOTH, False, 1e-5, 8, 0.0), [nn.Linear, nn.ReLU, nn.Linear]),
        (Parts(BOTH, False, 1e-5, 0, 0.5, True), [nn.Dropout, nn.Linear, nn.Softmax]),
    ],
)
def test_each_part_can_be_left_out(parts: Parts, kinds: list[type]) -> None:
    built = parts.build(20, 3)
    assert [type(part) for part in built] == kinds
    assert built.eval()(torch.rand(2, 20)).shape == (2, 3)


def test_the_stack_tells_the_shapes_and_counts_of_the_head_that_is_built() -> None:
    for parts in (Parts(), Parts(AVERAGE, hidden=0), Parts(norm=False, dropout=0, softmax=True)):
        stack = layers(parts, 10, (4, 3), 3)
        wide = 20 if parts.pooling == BOTH else 10
        built = parts.build(wide, 3)
        assert stack[0].size == "[B, 10, 4, 3]"
        assert stack[1].size == f"[B, {wide}]"
        values = torch.rand(2, wide)
        for part, layer in zip(built.eval(), stack[2:], strict=True):
            values = part(values)
            assert layer.shape == values.shape[1:]
            assert layer.parameters == sum(p.numel() for p in part.parameters())
            assert layer.name.startswith(type(part).__name__)


def test_the_floor_is_the_loss_of_a_head_that_is_perfectly_sure() -> None:
    for classes in (2, 16):
        sure = 1e4 * torch.eye(classes)
        loss = nn.functional.cross_entropy(sure.softmax(1), torch.arange(classes))
        assert head_runs.floor(classes) == pytest.approx(float(loss), abs=1e-5)
    assert head_runs.floor(10) == pytest.approx(1.461, abs=1e-3)


def test_a_run_is_a_pure_function_and_leaves_the_random_state(pooled: Pooled) -> None:
    state = torch.get_rng_state()
    first, second = (train(Parts(hidden=16), Plan(), pooled, pooled.train) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    assert first.valid_loss == second.valid_loss
    assert first.accuracy == second.accuracy
    other = train(Parts(hidden=16), Plan(seed=1), pooled, pooled.train)
    assert other.valid_loss != first.valid_loss


def test_a_run_learns_and_measures_after_each_epoch(pooled: Pooled) -> None:
    trainer = Trainer(Parts(), Plan(epochs=6), pooled, pooled.train)
    shares = list(trainer.training(listen=0.0))
    run = trainer.run
    assert shares == sorted(shares)
    assert len(run.train_loss) == len(run.valid_loss) == len(run.accuracy) == 6
    assert run.train_loss[-1] < run.train_loss[0]
    assert run.end > 0.6
    assert not trainer.net.training
    logits = trainer.net(pooled.valid.values)
    assert run.valid_loss[-1] == pytest.approx(
        float(nn.functional.cross_entropy(logits, pooled.valid.labels).detach()), abs=1e-5
    )
    assert run.error == pytest.approx(math.sqrt(run.end * (1 - run.end) / 32))


def test_the_loss_with_a_softmax_stays_above_the_floor(pooled: Pooled) -> None:
    run = train(Parts(softmax=True), Plan(lr=1e-2), pooled, pooled.train)
    assert min(run.train_loss + run.valid_loss) > head_runs.floor(len(CLASSES))
    assert train(Parts(), Plan(lr=1e-2), pooled, pooled.train).train_loss[-1] < 0.3


def test_a_last_batch_of_one_picture_is_left_out(pooled: Pooled) -> None:
    one = pooled.train.take([0])
    assert len(train(Parts(), Plan(epochs=2), pooled, one).accuracy) == 2


# ------------------------------------------------------------------------------ goal and words


def run_of(parameters: int, accuracy: float, count: int = 100) -> Run:
    right = torch.arange(count) < round(accuracy * count)
    return Run(parameters, [1.0], [1.0], [accuracy], [[1.0]], right)


def goal(full: float = 0.9, bare: float = 0.6) -> Goal:
    return Goal(run_of(1000, full), run_of(1000, bare), 10)


SMALL = Setting(Parts(hidden=0))
SAVED = Setting(Parts(eps=1e-2), augmented=False)


@pytest.mark.parametrize(
    ("tried", "words", "reached"),
    [
        ({}, "With 100 or fewer: nothing tried yet", False),
        ({SMALL: run_of(100, 0.8)}, "80.0%, 100 of them.", False),
        ({SMALL: run_of(101, 0.9)}, "nothing tried yet", False),
        ({SMALL: run_of(100, 0.88)}, "88.0%, 100 of them ✓", False),
        ({SAVED: run_of(1000, 0.8)}, "without them so far: 80.0%, wanted: 75.0% ✓", False),
        ({SMALL: run_of(100, 0.9), SAVED: run_of(1000, 0.8)}, "wanted: 75.0% ✓", True),
    ],
)
def test_the_goal_says_how_near_one_is(
    tried: dict[Setting, Run], words: str, reached: bool
) -> None:
    said, found = goal_feedback(goal(), tried)
    assert words in said
    assert found == reached


def test_where_views_give_nothing_only_half_of_the_goal_is_asked_for() -> None:
    without = goal(0.9, 0.89)
    assert "views" not in without.text
    said, found = goal_feedback(without, {SMALL: run_of(100, 0.9)})
    assert found
    assert "views" not in said
    assert "augmented views off" in goal().text


def test_the_goal_can_be_reached_by_the_smallest_head() -> None:
    assert share_wanted(665_360, 23_056) == 10
    assert share_wanted(681_000, 133_000) == 5
    assert share_wanted(100, 90) == 2


def test_gains_know_what_luck_can_do() -> None:
    gain, error = run_of(1, 0.9).gain(run_of(1, 0.8))
    assert gain == pytest.approx(0.1)
    assert error == pytest.approx(math.sqrt(10) / 100)


def test_the_words_name_layers_numbers_and_the_trap(explorer: Heads) -> None:
    assert "BatchNorm1d  eps 1e-05 [B, 2560] (5,120)" in explorer.words
    assert "validation accuracy" in explorer.words
    assert "softmax" not in explorer.words
    explorer.controls["softmax"].value = True
    assert f"ln(1 + 3/e) = {head_runs.floor(4):.3f}" in explorer.words
    assert "Softmax [B, 4]" in explorer.words


# -------------------------------------------------------------------------------- the controls


def test_a_switch_gives_another_head_another_picture_and_words(explorer: Heads) -> None:
    before = (explorer.picture.value, explorer.summary.value, explorer.run)
    explorer.controls["hidden"].value = 0
    assert explorer.picture.value != before[0]
    assert explorer.summary.value != before[1]
    assert explorer.before is before[2]
    assert explorer.run is not None
    assert f"{explorer.run.parameters:,} parameters" in html.unescape(explorer.summary.value)
    assert Image.open(io.BytesIO(explorer.picture.value)).size == (960, 390)


def test_a_head_that_was_trained_is_not_trained_again(
    explorer: Heads, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer.set(hidden=32)
    run = explorer.run
    explorer.set(hidden=256)
    monkeypatch.setattr(Trainer, "training", None)
    explorer.set(hidden=32)
    assert explorer.run is run


def test_without_norms_eps_makes_no_other_head(explorer: Heads) -> None:
    explorer.set(norm=False)
    run = explorer.run
    assert explorer.controls["eps"].disabled
    explorer.set(eps=1e-2)
    assert explorer.run is run
    explorer.set(norm=True)
    assert not explorer.controls["eps"].disabled
    assert explorer.run is not run


def test_the_full_head_comes_back_at_a_click(explorer: Heads) -> None:
    explorer.set(hidden=0, softmax=True, lr=1e-2, augmented=False)
    assert explorer.setting != FULL
    explorer.full.click()
    assert explorer.setting == FULL
    assert explorer.run is explorer.tried[FULL]


def test_pictures_as_they_are_can_be_learned_from(explorer: Heads) -> None:
    explorer.controls["augmented"].value = False
    assert explorer.setting == BARE
    assert explorer.run is not None
    assert explorer.run.valid_loss == explorer.target.bare.valid_loss


def test_only_the_newest_request_is_trained(explorer: Heads) -> None:
    async def slide() -> None:
        for hidden in (16, 32, 64, 128):
            before = explorer.picture.value
            explorer.controls["hidden"].value = hidden
            assert explorer.picture.value != before, "drawn before it is trained"
            assert explorer.stale, "the picture says at once that it is of an earlier setting"
            await asyncio.sleep(0.001)
        task = explorer._worker._task
        assert task is not None
        await task

    explorer.tried.clear()
    asyncio.run(slide())
    assert [setting.parts.hidden for setting in explorer.tried] == [128]
    assert not explorer.stale
    assert "Linear [B, 128]" in explorer.summary.value


def test_the_floor_is_drawn_with_a_softmax_only(explorer: Heads) -> None:
    chart = explorer.chart
    explorer.set(softmax=True)
    assert chart._moving["floor"].get_xdata()
    assert "floor" in chart._moving["floor text"].get_text()
    explorer.set(softmax=False)
    assert not chart._moving["floor"].get_xdata()


def test_an_accuracy_below_the_panel_stays_at_its_edge(explorer: Heads) -> None:
    low = explorer.chart._kept(run_of(10, 0.0))
    assert low >= explorer.chart._bottom
    assert head_chart.STACK < 400


def test_a_failure_is_said_in_the_widget(explorer: Heads, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise CourseError("the disk is <full>")
        yield

    monkeypatch.setattr(Trainer, "training", broken)
    explorer.controls["dropout"].value = 0.7
    assert "the disk is &lt;full&gt;" in explorer.summary.value


def test_every_control_has_a_label_and_can_be_reached(explorer: Heads) -> None:
    assert_all_reachable(explorer.panel, 9)


def test_without_a_kernel_there_is_a_picture_and_its_words(explorer: Heads) -> None:
    bundle = explorer.panel._repr_mimebundle_()
    assert bundle["text/plain"] == explorer.words
    assert bundle["image/jpeg"].startswith("/9j/")


def test_nothing_goes_to_stderr(explorer: Heads, capfd: pytest.CaptureFixture[str]) -> None:
    explorer.set(lr=0.1, hidden=16, norm=False)
    assert capfd.readouterr().err == ""


def test_what_is_no_data_set_gets_one_line() -> None:
    given: Any = picture_set().train
    with pytest.raises(CourseError, match="all splits"):
        explore.head(given)
