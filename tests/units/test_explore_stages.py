"""The stack of stages: what each costs, what is drawn, a short run, the widget."""

from __future__ import annotations

import copy
import html
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from explore_pictures import CLASSES, SIZE, picture_set
from PIL import Image
from torch import nn

from helpers import explore, models, training
from helpers.errors import CourseError
from helpers.explore import stage_chart, stage_runs, stages
from helpers.explore import stage_costs as costs
from helpers.explore.stage_costs import FROZEN, LEARNS, THROUGH
from helpers.explore.stage_runs import EPOCHS, Choice, groups_of, unfreeze
from helpers.explore.stages import Found, Unfreezer, feedback

CONV, LAYER1, LAYER2, LAYER3, LAYER4, HEAD = range(6)
KINDS = (THROUGH, LEARNS, "first")


@pytest.fixture(autouse=True)
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_runs, "EPOCHS", 2)


@pytest.fixture(scope="module")
def shared() -> Unfreezer:
    explorer: Unfreezer = explore.unfreezing(picture_set()).explorer
    return explorer


@pytest.fixture
def explorer(shared: Unfreezer) -> Iterator[Unfreezer]:
    """The widget with every stage frozen."""
    for button in shared.stages:
        button.value = False
    shared.rate.value, shared.factor.value, shared.norms.value = 1e-3, 3.0, False
    shared.outcome.value = ""
    shared.seen.clear()
    yield shared


def chosen(explorer: Unfreezer, *positions: int) -> None:
    for i, button in enumerate(explorer.stages):
        button.value = i in positions


# ------------------------------------------------------------------------------------ costs


def test_the_rows_are_the_stages_and_the_head(explorer: Unfreezer) -> None:
    labels = [row.label for row in explorer.rows]
    assert labels == ["conv1, bn1", "layer1", "layer2", "layer3", "layer4", "fc"]
    assert [row.is_head for row in explorer.rows] == [False] * 5 + [True]


@pytest.mark.parametrize("name", ["lite0", "resnet18", "densenet121", "vgg11_bn", "swin_t"])
def test_every_parameter_belongs_to_one_row(name: str) -> None:
    model = models.backbone(name, classes=3, pretrained=False)
    rows = costs.rows_of(model)
    assert rows[-1].is_head and not any(row.is_head for row in rows[:-1])
    parts = [model.get_submodule(name) for row in rows for name in row.names]
    held = [id(p) for part in parts for p in part.parameters()]
    assert len(held) == len(set(held)) == len(list(model.parameters()))
    assert sum(row.parameters for row in rows) == sum(p.numel() for p in model.parameters())
    assert all(row.norms < row.parameters for row in rows)


def test_densenet_has_its_blocks() -> None:
    labels = [row.label for row in costs.rows_of(models.backbone("densenet121", 3, 0, False))]
    assert labels[0] == "conv0, norm0"
    assert labels[-2:] == ["denseblock4, norm5", "classifier"]


@pytest.mark.parametrize("name", ["lite0", "resnet18"])
@pytest.mark.parametrize("positions", [(), (-2,), (-3,), (-4,), (0, -2), (-5, -3)])
def test_the_bill_is_what_a_whole_step_keeps(name: str, positions: tuple[int, ...]) -> None:
    model = models.freeze_backbone(models.backbone(name, classes=3, pretrained=False))
    rows = costs.rows_of(model)
    images = torch.randn(2, 3, 32, 32)
    per_row = costs.measure(model, images, show=False)
    taken = [position % len(rows) for position in positions]
    bill = costs.bill(rows, per_row, taken)
    training.unfreeze(model, [part for i in taken for part in rows[i].names])
    step = training.step_cost(model, images, torch.tensor([0, 1]), repeats=1)
    assert bill.trainable == step.trainable
    assert 2 * bill.memory == pytest.approx(step.activations, rel=0.03)


def test_gradients_pass_through_what_comes_after(explorer: Unfreezer) -> None:
    alone = costs.bill(explorer.rows, explorer.per_row, {LAYER2})
    states = (FROZEN, FROZEN, LEARNS, THROUGH, THROUGH, LEARNS)
    assert alone.states == states
    assert alone.kept[:2] == (0, 0) and alone.backward[:2] == (0, 0)
    assert min(alone.kept[2:]) > 0
    after = costs.bill(explorer.rows, explorer.per_row, {LAYER2, LAYER3, LAYER4})
    assert alone.trainable < 0.2 * after.trainable
    assert alone.memory > 0.8 * after.memory


def test_norms_count_only_when_they_learn(explorer: Unfreezer) -> None:
    rows, per_row = explorer.rows, explorer.per_row
    off, on = (costs.bill(rows, per_row, {LAYER4}, norms) for norms in (False, True))
    assert on.trainable - off.trainable == rows[LAYER4].norms > 0


@pytest.mark.parametrize("name", ["efficientnet_b0", "swin_t"])
@pytest.mark.parametrize("norms_learn", [False, True])
def test_the_bill_counts_what_a_run_trains(name: str, norms_learn: bool) -> None:
    model = models.backbone(name, classes=3, pretrained=False)
    rows = costs.rows_of(model)
    last = len(rows) - 2
    cost = costs.RowCost(0, 0, 0, 0, 0, 0, dict.fromkeys(KINDS, costs.Kept(0, False, False)))
    bill = costs.bill(rows, [cost] * len(rows), {last}, norms_learn)
    choice = Choice(frozenset({last}), 1e-3, 3, norms_learn)
    unfreeze(model, rows, choice)
    trained = {name for name, p in model.named_parameters() if p.requires_grad}
    assert bill.trainable == sum(p.numel() for p in model.parameters() if p.requires_grad)
    names: dict[str, Any] = {"model": model}
    exec(stages.code(rows, choice, models.head_name(model)), names)
    assert {name for name, p in model.named_parameters() if p.requires_grad} == trained


def test_measuring_leaves_the_model_alone() -> None:
    model = models.backbone(classes=3, pretrained=False).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    costs.measure(model, torch.randn(2, 3, 32, 32), show=False)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert model.training and all(p.requires_grad for p in model.parameters())


# -------------------------------------------------------------------------- choice and words


def test_rates_fall_towards_the_input(explorer: Unfreezer) -> None:
    choice = Choice(frozenset({LAYER2, LAYER4}), 0.01, 10)
    model = copy.deepcopy(explorer.model)
    unfreeze(model, explorer.rows, choice)
    groups = groups_of(model, explorer.rows, choice)
    assert [group["lr"] for group in groups] == pytest.approx([1e-5, 1e-3, 1e-2])
    held = [p for group in groups for p in group["params"]]
    assert {id(p) for p in held} == {id(p) for p in model.parameters() if p.requires_grad}


@pytest.mark.parametrize("norms", [False, True])
@pytest.mark.parametrize("positions", [(), (LAYER4,), (CONV, LAYER2)])
def test_the_code_does_what_the_widget_does(
    explorer: Unfreezer, positions: tuple[int, ...], norms: bool
) -> None:
    chosen(explorer, *positions)
    explorer.norms.value = norms
    model = copy.deepcopy(explorer.model)
    names: dict[str, Any] = {"model": model}
    exec(explorer.code.value, names)
    own = copy.deepcopy(explorer.model)
    unfreeze(own, explorer.rows, explorer.choice)
    wanted = {name for name, p in own.named_parameters() if p.requires_grad}
    assert {name for name, p in model.named_parameters() if p.requires_grad} == wanted
    found = [(group["lr"], sum(p.numel() for p in group["params"])) for group in names["groups"]]
    groups = groups_of(own, explorer.rows, explorer.choice)
    rates = {group["lr"]: sum(p.numel() for p in group["params"]) for group in groups}
    assert sum(count for _, count in found) == sum(rates.values())
    assert sorted({rate for rate, _ in found}) == pytest.approx(sorted(rates), rel=0.06)
    training.training_mode(own)
    norms_in = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    own_norms = [m for m in own.modules() if isinstance(m, nn.BatchNorm2d)]
    assert [m.training for m in norms_in] == [m.training for m in own_norms]


def test_the_words_say_what_passes_through(explorer: Unfreezer) -> None:
    chosen(explorer, LAYER2)
    assert "Learning: fc at 0.001 and layer2 at 3.7e-05" in explorer.words
    assert "layer3 and layer4 are frozen, but gradients must travel through" in explorer.words
    chosen(explorer, LAYER4)
    assert "travel" not in explorer.words


@pytest.mark.parametrize(
    ("seen", "words", "reached"),
    [
        ([], "Click a stage", False),
        ([Found("layer4", 0.3, 0.02), Found("", 0.01, 0.0)], "Click a stage", False),
        ([Found("layer3", 0.5, 0.11)], "Now: 50.0% of the parameters for 11.0%", False),
        ([Found("layer4", 0.3, 0.02)], "The first half is found: layer4.", False),
        ([Found("layer1", 0.08, 0.95)], "The second half is found: layer1.", False),
        ([Found("layer1", 0.08, 0.95), Found("layer4", 0.3, 0.02)], "Found: layer4", True),
    ],
)
def test_the_goal_says_how_near_one_is(seen: list[Found], words: str, reached: bool) -> None:
    said, done = feedback(seen)
    assert words in said
    assert done is reached


# ------------------------------------------------------------------------------- the widget


def test_a_click_changes_picture_words_code_and_goal(explorer: Unfreezer) -> None:
    def shown() -> tuple[Any, ...]:
        parts = (explorer.picture.value, explorer.summary.value, explorer.code.value)
        return (*parts, explorer.goal.value, explorer.stages[LAYER4].icon)

    before = shown()
    explorer.stages[LAYER4].value = True
    after = shown()
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert 'role="status"' in explorer.summary.value
    assert "layer4 at 0.00033" in html.unescape(explorer.summary.value)
    for control, value in ((explorer.rate, 1e-2), (explorer.factor, 10.0), (explorer.norms, True)):
        before = explorer.picture.value
        control.value = value
        assert explorer.picture.value != before


def test_the_goal_can_be_reached(explorer: Unfreezer) -> None:
    explorer.stages[LAYER4].value = True
    assert "The first half is found: layer4" in explorer.goal.value
    explorer.stages[LAYER4].value = False
    explorer.stages[LAYER1].value = True
    assert "✓ Found: layer4 trains 30%" in explorer.goal.value


def test_the_picture_shows_blue_where_something_learns(explorer: Unfreezer) -> None:
    chosen(explorer, LAYER3)
    image = Image.open(io.BytesIO(explorer.picture.value)).convert("RGB")
    pixels = np.asarray(image).astype(int)
    assert image.size[0] == stage_chart.WIDTH * stage_chart.SHARP
    high, top = explorer.stack.high * stage_chart.SHARP, stage_chart.HEADER * stage_chart.SHARP
    blue = np.abs(pixels - [0, 114, 178]).sum(2) < 40
    counts = [int(blue[top + i * high : top + (i + 1) * high].sum()) for i in range(6)]
    assert [count > 500 for count in counts] == [False, False, False, True, False, True]


def test_training_says_what_it_brought(explorer: Unfreezer) -> None:
    explorer.train.click()
    assert "The head alone" in explorer.outcome.value
    chosen(explorer, LAYER4)
    explorer.train.click()
    trial = explorer.trials[-1]
    assert f"layer4 and head, {EPOCHS} epochs" in explorer.outcome.value
    assert 0 <= trial.accuracy <= 1 and trial.trainable == pytest.approx(0.304, abs=0.01)
    again = trial.accuracy
    explorer.train.click()
    assert explorer.trials[-1].accuracy == again, "the same run every time"


def test_a_dropout_before_the_head_acts_in_training_alone() -> None:
    model = models.backbone("mobilenet_v2", classes=len(CLASSES), pretrained=False)
    bench = stage_runs.Bench(model, picture_set(), costs.rows_of(model))
    head, before = bench.head()
    model.get_submodule(models.head_name(model)).load_state_dict(head.state_dict())
    valid = training.PrefixCache(models.freeze_backbone(model), bench.valid, bench.plain)
    assert before == training.evaluate(valid.tail, valid.batches())[1]
    steps = bench.run(Choice(frozenset(), 1e-3, 3), before=1.0)
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert end.value.value.head_alone == before


def test_training_from_the_first_stage_goes_through_pixels(explorer: Unfreezer) -> None:
    chosen(explorer, CONV, LAYER4)
    explorer.norms.value = True
    explorer.train.click()
    assert "conv1, bn1, layer4 and head" in explorer.outcome.value


def test_neither_the_model_given_nor_the_one_kept_is_changed(explorer: Unfreezer) -> None:
    model = models.backbone(classes=7).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    other = explore.unfreezing(picture_set(), model).explorer
    other.stages[LAYER4].value = True
    kept = {name: value.clone() for name, value in other.model.state_dict().items()}
    other.train.click()
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert model.training and all(p.requires_grad for p in model.parameters())
    assert all(torch.equal(kept[name], value) for name, value in other.model.state_dict().items())
    assert other.rows[-1].parameters == 1281 * len(CLASSES), "a head for these pictures"


def test_a_failure_is_said_where_the_result_would_stand(
    explorer: Unfreezer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> Any:
        raise CourseError("the disk is <full>")

    monkeypatch.setattr(explorer.bench, "run", broken)
    explorer.train.click()
    assert "the disk is &lt;full&gt;" in explorer.outcome.value


def test_without_a_kernel_the_picture_has_names(explorer: Unfreezer) -> None:
    bundle = explorer.panel._repr_mimebundle_()
    assert bundle["text/plain"] == explorer.words
    assert bundle["image/jpeg"].startswith("/9j/")
    named = explorer.stack.draw(explorer.choice, explorer.bill, named=True)
    assert named.width == (stage_chart.WIDTH + stage_chart.NAMES_WIDE) * stage_chart.SHARP


def test_every_stage_can_be_reached_by_keyboard(explorer: Unfreezer) -> None:
    controls = [*explorer.stages, *explorer.controls.values(), explorer.train]
    assert len({control.description for control in controls}) == len(controls)
    for control in controls:
        assert control.description.strip() and control.tabbable is not False
        assert not control.disabled
    assert getattr(explorer.picture, "tooltip", None) is None


def test_nothing_goes_to_stderr(explorer: Unfreezer, capfd: pytest.CaptureFixture[str]) -> None:
    explorer.stages[LAYER4].value = True
    explorer.train.click()
    assert capfd.readouterr().err == ""


def test_wrong_input_gets_one_line() -> None:
    with pytest.raises(CourseError, match=r"give what data.load\(\) returns"):
        explore.unfreezing("herbarium")  # type: ignore[arg-type]
    with pytest.raises(CourseError, match=r"has no \.config"):
        explore.unfreezing(picture_set(), nn.Linear(2, 2))


def test_the_size_of_the_pictures_does_not_matter() -> None:
    assert SIZE == 64 and stage_chart.row_height(6) > stage_chart.row_height(
        12
    ) > stage_chart.row_height(30)
