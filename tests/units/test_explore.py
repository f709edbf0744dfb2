"""The pure parts of the widgets: the table of transforms, the probe, the goal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from explore_pictures import CLASSES, SIZE, picture_set
from PIL import Image

from helpers import explore, models
from helpers.errors import CourseError
from helpers.explore import augmenter, gauge, head_only, policy
from helpers.explore.augmenter import Trial, goal_feedback
from helpers.explore.gauge import position, verdict
from helpers.explore.probe import (
    Backbone,
    Features,
    Probe,
    Reading,
    spread_over_classes,
    train_on_features,
)

MEAN, STD = (0.498, 0.5, 0.6), (0.502, 0.4, 0.3)
EVERYTHING = {k.name: k.low if k.off == k.high else k.high for k in policy.KNOBS} | {
    "automatic": 1,
    "crop": 0.5,
    "zoom_out": 0.7,
    "brightness": 0.5,
    "noise": 0.1,
    "blur": 1,
    "grey": 0.5,
    "erasing": 0.5,
    "solarize": 128,
    "posterize": 4,
}


@pytest.fixture(scope="module")
def photograph() -> Image.Image:
    return picture_set().train.picture(9)


@pytest.fixture(scope="module")
def probe() -> Probe:
    pictures = picture_set()
    return Probe(pictures, Backbone(None, len(CLASSES), SIZE), sample=32)


def far(knob: policy.Knob) -> float:
    """A value of a knob that is far from off."""
    return knob.low if knob.off == knob.high else knob.high


def test_everything_off_is_the_original(photograph: Image.Image) -> None:
    (variant,) = augmenter.variants(photograph, policy.build({}, SIZE), seed=0, count=1)
    assert np.array_equal(np.asarray(augmenter.to_picture(variant)), np.asarray(photograph))


@pytest.mark.parametrize("knob", policy.KNOBS, ids=lambda knob: knob.name)
def test_each_knob_does_something_alone(knob: policy.Knob, photograph: Image.Image) -> None:
    settings = {knob.name: far(knob)}
    if knob.name in ("mirror_corners", "smooth"):  # they say how to turn, and need a rotation
        settings["rotation"] = 90
        before = policy.build({"rotation": 90}, SIZE)
    else:
        before = policy.build({}, SIZE)
    after = policy.build(settings, SIZE)
    pairs = zip(
        augmenter.variants(photograph, before, seed=3),
        augmenter.variants(photograph, after, seed=3),
        strict=True,
    )
    assert any((a - b).abs().mean() > 0.002 for a, b in pairs)
    assert knob.say(far(knob)) in policy.describe(settings)


@pytest.mark.parametrize("knob", policy.KNOBS, ids=lambda knob: knob.name)
def test_every_value_of_a_knob_builds(knob: policy.Knob) -> None:
    steps = round((knob.high - knob.low) / knob.step)
    for value in (knob.low, knob.low + knob.step * (steps // 2), knob.high):
        policy.build({knob.name: value}, SIZE)


@pytest.mark.parametrize(
    "settings",
    [*policy.PRESETS.values(), EVERYTHING, {"rotation": 25.0, "crop": 0.15}],
    ids=[*policy.PRESETS, "everything", "two"],
)
def test_the_code_gives_the_pixels_on_the_screen(
    settings: policy.Settings, photograph: Image.Image
) -> None:
    names: dict[str, object] = {}
    exec(policy.code(settings, SIZE, MEAN, STD, seed=5), names)
    transform = names["train_transform"]
    assert callable(transform)
    shown = augmenter.variants(photograph, policy.build(settings, SIZE), seed=5)
    for k, image in enumerate(shown):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(5 + k)
            normalised = transform(photograph)
        again = normalised * torch.tensor(STD)[:, None, None] + torch.tensor(MEAN)[:, None, None]
        assert again.shape == (3, SIZE, SIZE)
        torch.testing.assert_close(again, image, atol=1e-5, rtol=0)


def test_the_code_is_the_articles() -> None:
    code = policy.code({"rotation": 25, "crop": 0.1}, 224, MEAN, STD)
    assert "v2.RandomRotation(degrees=25)" in code
    assert code.index("RandomRotation") < code.index("RandomResizedCrop") < code.index("Normalize")


def test_a_rotation_that_is_also_moved_is_resampled_once() -> None:
    names = [call.name for call in policy.calls({"rotation": 30, "shift": 0.1}, SIZE)]
    assert "RandomAffine" in names
    assert "RandomRotation" not in names


def test_variants_leave_the_random_state_alone(photograph: Image.Image) -> None:
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    augmenter.variants(photograph, policy.build(EVERYTHING, SIZE), seed=0)
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rotaton": 3}, "did you mean 'rotation'?"),
        ({"hue": 0.7}, "hue = 0.7 is outside 0 to 0.5."),
        ({"hue": "much"}, "hue = 'much' is not a number: use 0 to 0.5."),
        (["hue"], "list is not a set of transforms"),
        (None, "NoneType is not a set of transforms"),
    ],
)
def test_wrong_settings_get_one_line(settings: policy.Settings, words: str) -> None:
    with pytest.raises(CourseError, match=words.replace("?", r"\?")) as caught:
        policy.build(settings, SIZE)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("given", ["herbarium", 3, []])
def test_a_widget_without_a_data_set_gets_one_line(given: Any) -> None:
    with pytest.raises(CourseError, match=r"give what data.load\(\) returns"):
        explore.wall(given)
    with pytest.raises(CourseError, match=r"has no \.config"):
        explore.wall(picture_set(), model=given)


def test_an_unknown_preset_gets_one_line() -> None:
    with pytest.raises(CourseError, match="choose from 'nothing'"):
        policy.preset("matched")


def test_names_and_labels_are_unique() -> None:
    assert len({knob.name for knob in policy.KNOBS}) == len(policy.KNOBS)
    assert len({knob.label for knob in policy.KNOBS}) == len(policy.KNOBS)


# The probe.


def test_no_augmentation_has_full_affinity_and_no_diversity(probe: Probe) -> None:
    reading = probe.measure(policy.build({}, SIZE))
    assert reading.affinity == 1
    assert reading.diversity < 1e-3
    assert verdict(reading) == "too little"


def test_turning_the_hue_costs_affinity(probe: Probe) -> None:
    a_little = probe.measure(policy.build({"hue": 0.01}, SIZE))
    matched = probe.measure(policy.build({"mirror": 1, "brightness": 0.1}, SIZE))
    a_lot = probe.measure(policy.build({"hue": 0.5}, SIZE))
    assert a_lot.affinity < 0.8 < matched.affinity
    assert a_little.diversity < a_lot.diversity
    assert verdict(a_lot) == "too much"


def test_a_measurement_can_be_repeated(probe: Probe) -> None:
    transform = policy.build({"rotation": 40, "noise": 0.05}, SIZE)
    torch.manual_seed(1)
    first = probe.measure(transform)
    torch.manual_seed(2)
    assert probe.measure(transform) == first


def test_measuring_reports_what_is_done(probe: Probe) -> None:
    shares = list(probe.measuring(policy.build({}, SIZE)))
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_the_model_that_is_given_stays_as_it_is() -> None:
    model = models.backbone(classes=4).train()
    Backbone(model, 4, SIZE)
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert model.training


def test_features_are_those_of_the_whole_body_where_a_dropout_stands_before_the_head() -> None:
    backbone = Backbone(models.backbone("mobilenet_v2", classes=4, pretrained=False), 4, SIZE)
    few = picture_set().train.subset(range(3))
    pixels = [torch.from_numpy(np.array(few.picture(i))).permute(2, 0, 1) / 255 for i in range(3)]
    features = backbone.clean(few)
    assert features.values.shape == (3, backbone.config.width)
    assert torch.allclose(features.values, backbone.features(pixels), atol=1e-5)


def test_spread_over_classes_takes_turns() -> None:
    labels = torch.tensor([0, 0, 0, 1, 1, 2])
    assert spread_over_classes(labels, 4) == [0, 3, 5, 1]
    assert sorted(spread_over_classes(labels, 6)) == list(range(6))


def test_a_head_learns_and_can_be_repeated() -> None:
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(3).repeat(20)
    values = torch.nn.functional.one_hot(labels, 3) + torch.randn(60, 3, generator=generator) * 0.1
    features = Features(values, labels)
    first = train_on_features(features, 3, epochs=30, valid=features, learning_rate=0.05)
    again = train_on_features(features, 3, epochs=30, valid=features, learning_rate=0.05)
    assert first.train[0] < first.train[-1] == first.valid[-1] == 1
    assert torch.equal(first.head.weight, again.head.weight)
    assert len(first.valid) == 30


# The gauge and the goal.


def reading(affinity: float, diversity: float) -> Reading:
    return Reading(0.9 * affinity, 0.9, diversity, 96)


def test_affinity_is_relative_to_clean() -> None:
    assert Reading(0.45, 0.9, 1, 96).affinity == pytest.approx(0.5)
    assert Reading(0.5, 0.0, 1, 96).affinity == 0


@pytest.mark.parametrize(
    ("affinity", "diversity", "said"),
    [
        (1.0, 0.0, "too little"),
        (0.98, 0.3, "too little"),
        (0.95, 0.6, "about right"),
        (0.84, 0.82, "about right"),
        (0.86, 0.41, "too much"),
        (0.63, 0.75, "too much"),
        (0.1, 1.5, "too much"),
    ],
)
def test_the_verdict(affinity: float, diversity: float, said: str) -> None:
    made = reading(affinity, diversity)
    assert verdict(made) == said
    third = gauge.VERDICTS.index(said)
    assert third / 3 <= position(made) <= (third + 1) / 3
    assert f'font-weight:700">{said}</span>' in gauge.as_html(made)
    assert f'aria-valuetext="{said}"' in gauge.as_html(made)


def test_less_affinity_moves_the_needle_to_the_right() -> None:
    places = [position(reading(affinity, 0.7)) for affinity in (1, 0.95, 0.9, 0.8, 0.6, 0.3)]
    assert places == sorted(places)
    assert places[0] < places[-1]


@pytest.mark.parametrize(
    ("trials", "words", "reached"),
    [
        ([], "begin", False),
        ([Trial(25, False, 0.97)], "25° keeps it above 0.95. Narrow", False),
        ([Trial(8, False, 0.97), Trial(60, False, 0.9)], "60° does not", False),
        ([Trial(180, False, 0.97)], "Mirrored corners", False),
        ([Trial(8, False, 0.97), Trial(12, False, 0.9)], "Mirrored corners", False),
        ([Trial(8, False, 0.97), Trial(12, False, 0.9), Trial(180, True, 0.9)], "Mirrored", False),
        ([Trial(8, False, 0.97), Trial(12, False, 0.9), Trial(180, True, 0.97)], "Found", True),
    ],
)
def test_the_goal_says_how_near_one_is(trials: list[Trial], words: str, reached: bool) -> None:
    said, done = goal_feedback(trials)
    assert words in said
    assert done is reached


def test_only_a_rotation_alone_counts_for_the_goal() -> None:
    made = reading(0.97, 0.5)
    alone = policy.complete({"rotation": 20})
    assert augmenter.as_trial(alone, made) == Trial(20, False, made.affinity)
    assert augmenter.as_trial({**alone, "hue": 0.1}, made) is None
    assert augmenter.as_trial(policy.NOTHING, made) is None


# What is drawn.


def test_the_montage_shows_the_original_and_the_variants(photograph: Image.Image) -> None:
    made = [torch.full((3, SIZE, SIZE), k / 8) for k in range(8)]
    table = augmenter.montage(photograph, made, cell=SIZE)
    pixels, gap = np.asarray(table), augmenter.GAP
    inner = pixels[gap : gap + SIZE - 20, gap : gap + SIZE]
    assert np.array_equal(inner, np.asarray(photograph)[: SIZE - 20])
    last = pixels[-gap - SIZE : -gap, -gap - SIZE : -gap]
    assert (last == round(255 * 7 / 8)).all()


# The wall.


@pytest.fixture(scope="module")
def features(probe: Probe) -> tuple[Features, Features]:
    return probe.train, probe.backbone.clean(probe.pictures.valid)


def test_retraining_uses_what_the_sliders_say(features: tuple[Features, Features]) -> None:
    run = head_only.retrain(*features, per_class=2, epochs=3)
    assert len(run.train) == len(run.valid) == 3
    # With two pictures a class, training accuracy comes in eighths.
    assert all((8 * value) == pytest.approx(round(8 * value)) for value in run.train)
    more = head_only.retrain(*features, per_class=8, epochs=20)
    assert more.valid[-1] > run.valid[0]


def test_the_chart_is_another_picture_for_another_run() -> None:
    chart = head_only.Chart()
    low = head_only.Run(2, 2, [0.5, 0.6], [0.4, 0.5])
    high = head_only.Run(20, 1, [0.9], [0.8])
    first, second = chart.draw(low), chart.draw(high, low)
    assert first[:2] == second[:2] == b"\xff\xd8"
    assert first != second
    assert chart.draw(low) == first


def test_the_wall_in_words() -> None:
    run = head_only.Run(20, 25, [1.0], [0.89])
    assert "validation accuracy 89.0%. The gap is 11 points" in head_only.words_for(run, 16)
    assert head_only.feedback(run, 0.9, 3) == ("Now 89.0%; your best of 3 tries: 90.0%.", False)
    assert "That is the wall" in head_only.feedback(run, 0.9, 12)[0]
    assert head_only.feedback(head_only.Run(20, 25, [1.0], [0.93]), 0.93, 3)[1]
