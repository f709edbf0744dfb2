"""The figures: what they say in words, what stands on them, and what they refuse."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from explore_pictures import CLASSES, picture_set
from PIL import Image
from torchvision.transforms import v2

from helpers import plots
from helpers.errors import CourseError
from helpers.figures import Drawing
from helpers.training import Epoch, History

MATRIX = torch.tensor([[7, 1, 0, 0], [0, 8, 0, 0], [0, 0, 5, 3], [0, 0, 0, 8]])
ENTRIES = [
    {"lesson": "01_augmentation", "name": "matched", "figures": {"valid_accuracy": 0.95}},
    {"lesson": "00_the_wall", "name": "first", "figures": {"valid_accuracy": 0.85}},
    {"lesson": "00_the_wall", "name": "best", "figures": {"valid_accuracy": 0.88}},
    {"lesson": "00_the_wall", "name": "without", "figures": {"loss": 1.0}},
]

MAPS = torch.zeros(2, 3, 4, 4)
MAPS[0, 2, 1, 3] = 8.0
WILD = [2.0, -3.0, 4.5e80, -1e200]
RATES, LOSSES = [0.001, 0.01, 0.1, 1.0, 10.0], [2.0, 1.0, 0.5, math.nan, 1e30]


def history(end: float, epochs: int = 5) -> History:
    rows = [Epoch(k + 1, 2 / (k + 1), 0.9, 2 / (k + 1), end - 0.3 / (k + 1), 1e-3, 0.1)
            for k in range(epochs)]  # fmt: skip
    return History(rows)


DRAWINGS: dict[str, Callable[[], Drawing]] = {
    "contact_sheet": lambda: plots.contact_sheet(picture_set().train, 2, 4),
    "training_curves": lambda: plots.training_curves(history(0.9), wall=0.9),
    "several_curves": lambda: plots.training_curves({"a": history(0.9), "b": history(0.8)}),
    "one_epoch": lambda: plots.training_curves(history(0.9, epochs=1)),
    "confusion": lambda: plots.confusion(MATRIX, CLASSES),
    "look_alikes": lambda: plots.look_alikes(picture_set().valid, MATRIX),
    "views": lambda: plots.views(picture_set().train.picture(0), v2.RandomRotation(90)),
    "bars": lambda: plots.bars({"a": [0.8, 0.9], "b": [0.7]}, "accuracy", reference=0.8),
    "lines": lambda: plots.lines({"a": {0: [0.8, 0.9], 1: [0.7]}}, "strength (°)", reference=0.8),
    "powers": lambda: plots.lines({"a": {0.1: [0.8], 10: [0.7]}}, "rate", powers=True),
    "falling": lambda: plots.lines({"a": {1: [0.8], 2: [0.3]}}, "epoch", "validation loss"),
    "climb": lambda: plots.climb(ENTRIES),
    "feature_maps": lambda: plots.feature_maps(
        {"a": picture_set().train.picture(0), "b": picture_set().train.picture(1)}, MAPS, [2, 0]
    ),
    "descents": lambda: plots.descents(lambda x: x * x, {"calm": [2.0, 1.0, 0.5], "wild": WILD}),
    "courses": lambda: plots.courses({"L2": {"a": [1.0, 0.5], "b": [1.0]}, "AdamW": {"a": [1.0]}}),
    "sweeps": lambda: plots.sweeps({"loss": {"": {0: 1.0, 0.1: 0.5}}, "accuracy": {"a": {0: 0.5}}}),
    "schedules": lambda: plots.schedules({"up": [0.001, 0.01, 0.1], "flat": [0.1] * 3}),
    "valley": lambda: plots.valley(
        lambda x, y: x * x + 9 * y * y,
        {"straight": [(2, 1), (1, 0.5), (0, 0)], "wild": [(2, 1), (1, -9), (0, 9), (0, 1e200)]},
    ),
    "range_test": lambda: plots.range_test(RATES, LOSSES, LOSSES, {"best": 0.01, "none": None}),
    "range_tests": lambda: plots.range_tests(
        {
            "head": [(RATES, LOSSES, 0.01), (RATES, LOSSES, 0.1), (RATES, LOSSES, None)],
            "all": [(RATES, LOSSES, None)],
        }
    ),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_each_figure_is_drawn_and_told(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    drawing = DRAWINGS[name]()
    pixels = np.asarray(Image.open(io.BytesIO(drawing.png())).convert("L"))
    assert pixels.std() > 5, "nothing was drawn"
    assert len(drawing.alt) > 20
    assert drawing.alt.endswith(".")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("contact_sheet", "8 of 32 pictures. Classes: blue, green, red, yellow"),
        ("training_curves", "validation accuracy 84.0% (best 84.0% in epoch 5)"),
        ("several_curves", "B: after 5 epochs"),
        ("confusion", "87.5% right. Most confused: green taken for blue 3 times; red"),
        ("look_alikes", "green and blue, 3 times; red and yellow, once"),
        ("bars", "a: 85.0% (80.0% to 90.0%)"),
        ("lines", "a: from 85.0% at 0 to 70.0% at 1, best at 0"),
        ("falling", "a: from 0.8 at 1 to 0.3 at 2, best at 2"),
        ("climb", "00 the wall 88.0%; 01 augmentation 95.0%"),
        (
            "feature_maps",
            "a: channel 2 average 0.50, maximum 8.00; channel 0 average 0.00, maximum 0",
        ),
        ("feature_maps", "b: channel 2 average 0.00, maximum 0.00"),
        ("descents", "calm: loss 4 becomes 0.25 in 2 steps, without changing sides"),
        ("descents", "wild: loss 4 becomes beyond all bounds in 3 steps, changing sides 3 times"),
        ("schedules", "up: from 0.001 through 0.01 to 0.1; flat: from 0.1 through 0.1 to 0.1"),
        ("courses", "L2, a: from 1 to 0.5; L2, b: from 1 to 1; AdamW, a: from 1 to 1"),
        ("sweeps", "Against weight decay. loss: 1 at 0, 0.5 at 0.1; accuracy, a: 50.0% at 0."),
        ("valley", "straight: loss 13 becomes 0 in 2 steps; wild: loss 13 becomes beyond all"),
        ("valley", "in 3 steps, changing direction once"),
        ("range_test", "from 2 at 0.001 through its lowest 0.5 at 0.1 to 1e+30 at 10; best marked"),
        ("range_tests", "head, 3 tests: suggestions 0.01 to 0.1, none in 1; all, 1 test: no sugg"),
    ],
)
def test_the_words_give_the_figures(name: str, words: str) -> None:
    assert words in " ".join(DRAWINGS[name]().alt.split())


LABELLED = [
    "training_curves",
    "confusion",
    "bars",
    "lines",
    "climb",
    "courses",
    "sweeps",
    "schedules",
    "range_test",
    "valley",
]


@pytest.mark.parametrize("name", LABELLED)
def test_axes_are_labelled(name: str) -> None:
    for axes in DRAWINGS[name]().figure.axes:
        assert axes.get_xlabel() or axes.get_xticklabels()
        assert axes.get_ylabel() or axes.get_title(loc="left") or axes.get_yticklabels()


def test_the_wall_is_marked() -> None:
    right = plots.training_curves(history(0.9), wall=0.9).figure.axes[1]
    assert "wall 90%" in [text.get_text() for text in right.texts]
    assert any(list(line.get_ydata()) == [0.9, 0.9] for line in right.lines)


def test_labels_at_the_ends_of_lines_stand_apart() -> None:
    same = {str(k): {0: [0.5], 1: [0.5 + 1e-4 * k]} for k in range(4)}
    figure = plots.lines(same, "x").figure
    heights = sorted(text.xy[1] for text in figure.axes[0].texts)  # type: ignore[attr-defined]
    low, high = figure.axes[0].get_ylim()
    assert min(np.diff(heights)) > 0.05 * (high - low)


def test_rates_are_drawn_in_powers_of_ten() -> None:
    for name in ("range_test", "range_tests"):
        assert {axes.get_xscale() for axes in DRAWINGS[name]().figure.axes} == {"log"}
    axes = DRAWINGS["powers"]().figure.axes[0]
    assert axes.get_xscale() == "log"
    assert [text.get_text() for text in axes.get_xticklabels()] == ["0.1", "10"]
    left, right = DRAWINGS["schedules"]().figure.axes
    assert (left.get_yscale(), right.get_yscale()) == ("linear", "log")


def test_a_loss_that_explodes_leaves_room_for_the_curve() -> None:
    for name in ("range_test", "range_tests"):
        for axes in DRAWINGS[name]().figure.axes:
            assert 2.0 < axes.get_ylim()[1] < 4.0, "twice what the loss begins with, at most"
    for axes in DRAWINGS["descents"]().figure.axes:
        assert axes.get_ylim()[1] < 10, "the valley counts, not how far a path runs away"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("loss", [lambda x: x * x, lambda x: 0.0])
def test_a_path_may_begin_far_away_or_in_a_flat_valley(loss: Callable[[float], float]) -> None:
    (axes,) = plots.descents(loss, {"a": [2e6, 1e6]}).figure.axes
    steps, start = (np.asarray(dots.get_offsets()) for dots in axes.collections)
    assert (len(steps), len(start)) == (2, 1)
    assert axes.get_ylim()[1] > 0


def test_a_test_without_any_number_is_drawn_empty() -> None:
    drawing = plots.range_test([0.1, 1.0], [math.nan, math.inf])
    assert drawing.png()
    assert "no loss is a number" in drawing.alt


def test_the_band_reaches_from_the_smallest_suggestion_to_the_largest() -> None:
    head, every = DRAWINGS["range_tests"]().figure.axes
    (band,) = head.patches
    assert band.get_extents().transformed(head.transData.inverted()).x0 == pytest.approx(0.01)
    assert band.get_extents().transformed(head.transData.inverted()).x1 == pytest.approx(0.1)
    assert not every.patches
    dots = [line for line in head.lines if line.get_marker() == "o"]
    assert [float(dot.get_xdata()[0]) for dot in dots] == [0.01, 0.1]  # type: ignore[index, arg-type]


def test_whole_strengths_have_whole_ticks() -> None:
    for places, whole in (((1, 2, 3), True), ((0.1, 0.2, 0.3), False)):
        (axes,) = plots.lines({"a": {place: [0.5] for place in places}}, "x").figure.axes
        assert all(float(tick).is_integer() for tick in axes.get_xticks()) == whole


def test_a_contact_sheet_takes_turns_over_the_classes() -> None:
    from helpers.plots.pictures import _spread

    labels = torch.tensor([0] * 90 + [1] * 5 + [2] * 5)
    chosen = labels[_spread(labels, 9, seed=0)]
    assert torch.bincount(chosen).tolist() == [3, 3, 3]
    assert _spread(labels, 9, seed=0) == _spread(labels, 9, seed=0) != _spread(labels, 9, seed=1)


def test_views_undo_the_normalisation_and_leave_the_random_state_alone() -> None:
    from helpers.plots.pictures import _as_picture

    picture = picture_set().train.picture(3)
    mean, std = (0.5, 0.4, 0.3), (0.2, 0.3, 0.4)
    normalise = v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(mean, std)]
    )
    assert np.array_equal(np.asarray(_as_picture(normalise(picture), mean, std)), picture)
    state = torch.get_rng_state()
    plots.views(picture, v2.RandomRotation(90))
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: plots.contact_sheet(picture_set().train.subset([])), "no pictures"),
        (lambda: plots.contact_sheet(picture_set()), "one split, not PictureSet"),  # type: ignore[arg-type]
        (lambda: plots.contact_sheet(picture_set().train, rows=0), "0 rows of 8"),
        (lambda: plots.views(picture_set().train, v2.Grayscale()), "one picture, not Pictures"),  # type: ignore[arg-type]
        (lambda: plots.views(picture_set().train.picture(0), "hue"), "'hue' is not a transform"),  # type: ignore[arg-type]
        (lambda: plots.training_curves({"a": History()}), "nothing to draw for 'a'"),
        (lambda: plots.confusion(MATRIX, ("a", "b")), "4×4 for 2 classes"),
        (lambda: plots.look_alikes(picture_set().valid, MATRIX[:2, :2]), "2×2 for 4 classes"),
        (lambda: plots.views(picture_set().train.picture(0), lambda picture: 3), "gave int"),
        (lambda: plots.bars({}), "nothing to draw"),
        (lambda: plots.lines({"a": {0.0: []}}, "x"), "nothing to draw for 0.0"),
        (lambda: plots.lines({"a": {0: [1.0]}}, "x", powers=True), "0 has no place on an axis"),
        (lambda: plots.climb([]), "no run with 'valid_accuracy' yet"),
        (lambda: plots.feature_maps({}, MAPS, [0]), "nothing to draw"),
        (
            lambda: plots.feature_maps({"a": picture_set().train.picture(0)}, MAPS, [0]),
            "do not go with 1 pictures",
        ),
        (lambda: plots.descents(abs, {}), "nothing to draw"),
        (lambda: plots.descents(abs, {"a": []}), "nothing to draw for 'a'"),
        (lambda: plots.descents(abs, {"a": [math.nan, 1.0]}), "'a' begins at nan"),
        (lambda: plots.schedules({"a": [0.1, 0.0]}), "of 'a' is not a number above 0"),
        (lambda: plots.valley(max, {}), "nothing to draw"),
        (lambda: plots.valley(max, {"a": [(1, 2, 3)]}), "path of 'a' is not two numbers"),
        (lambda: plots.valley(max, {"a": [(1, math.nan)]}), "'a' begins at"),
        (lambda: plots.range_test([], []), "the test has no steps"),
        (lambda: plots.range_test([0.1], [1.0, 2.0]), "1 rates and 2 losses do not go together"),
        (lambda: plots.range_tests({}), "nothing to draw"),
        (lambda: plots.range_tests({"a": [([0.1], [], None)]}), "1 rates and 0 losses"),
    ],
)
def test_bad_input_gets_one_line(draw: Callable[[], Drawing], words: str) -> None:
    with pytest.raises(CourseError, match=words) as caught:
        draw()
    assert "\n" not in str(caught.value)


def test_no_mistakes_are_no_look_alikes() -> None:
    drawing = plots.look_alikes(picture_set().valid, torch.eye(4, dtype=torch.long))
    assert drawing.alt == "No two classes were confused."
