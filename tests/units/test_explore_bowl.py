"""The bowl of the learning rate widget: the physics, the words, the sliders."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from helpers.explore import bowl
from helpers.explore.bowl import Bowl, Setting, Trial


def settled(rate: float, momentum: float = 0.0, steep: float = 10.0) -> Trial:
    steps = float(bowl.arrival(bowl.roll(rate, momentum, steep)))
    return Trial(rate, momentum, steep, steps)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_ball_rolls_as_torch_trains(momentum: float) -> None:
    place = torch.tensor(bowl.START, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([place], lr=0.07, momentum=momentum)
    path = [place.detach().clone()]
    for _ in range(20):
        loss = 0.5 * (bowl.FLAT * place[0] ** 2 + 10 * place[1] ** 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        path.append(place.detach().clone())
    ours = bowl.roll(0.07, momentum, 10.0, steps=20)
    assert np.allclose(ours, torch.stack(path).numpy(), rtol=1e-12)


def test_many_balls_at_once_roll_like_one() -> None:
    together = bowl.roll(np.array([0.01, 0.1]), np.array([0.0, 0.5]), 10.0)
    assert np.array_equal(together[:, 1], bowl.roll(0.1, 0.5, 10.0))


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("steep", [2.0, 10.0, 40.0])
def test_the_limit_separates_what_settles_from_what_flies_off(
    momentum: float, steep: float
) -> None:
    limit = bowl.stable_limit(momentum, steep)
    for share, stays in ((0.9, True), (1.1, False)):
        path = bowl.roll(share * limit, momentum, steep, steps=400)
        assert (abs(path[-1, 1]) < 1) == stays
        growth = bowl.growth(Setting(share * limit, momentum, steep), steep)
        assert (growth < 1) == stays


def test_growth_is_what_the_path_shows() -> None:
    path = bowl.roll(0.21, 0.0, 10.0)
    assert abs(path[9, 1] / path[8, 1]) == pytest.approx(bowl.growth(Setting(0.21), 10.0))


def test_a_ball_has_arrived_when_it_stays_in_the_hole() -> None:
    path = np.array([[3.0, 0], [0.1, 0], [2.0, 0], [0.2, 0], [0.1, 0]])
    assert bowl.arrival(path) == 3
    assert bowl.arrival(path[:3]) == math.inf
    assert settled(0.02).steps == math.inf
    assert settled(0.3).diverged


def test_fewest_is_what_the_sliders_can_reach() -> None:
    rates = 10 ** np.arange(-2.4, 0.001, 0.02)
    assert bowl.fewest(10.0, False) == min(settled(rate).steps for rate in rates)
    assert bowl.fewest(10.0, True) < bowl.fewest(10.0, False)
    assert all(bowl.fewest(float(steep), False) <= bowl.MOST_STEPS for steep in range(2, 41))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (Setting(0.05), "0.05: below 1/L = 0.10, no step overshoots"),
        (Setting(0.15), "between 1/L = 0.10 and 2/L = 0.20, each step overshoots"),
        (Setting(0.2), "0.2: just at 2/L = 0.20, the ball jumps from wall to wall"),
        (Setting(0.21), "0.21: above 2/L = 0.20, each step lands farther away (×1.10)"),
        (Setting(0.3, 0.9), "below 2 × (1 + 0.90)/L = 0.38, the limit that momentum has moved"),
        (Setting(0.4, 0.9), "0.4: above 2 × (1 + 0.90)/L = 0.38, each step lands farther away"),
        (Setting(0.21, 0.0, 5.0), "between 1/L = 0.20 and 2/L = 0.40"),
    ],
)
def test_the_rate_in_words(setting: Setting, words: str) -> None:
    assert words in bowl.speed_in_words(setting)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (Setting(0.174, steps=0), "After 0 steps it is 8.9 from the bottom."),
        (Setting(0.174, steps=60), "In the hole after 15 steps."),
        (Setting(0.21, steps=30), "It leaves the picture at step 6; after 30 steps it is 42"),
        (Setting(1.0, 0.95, 40.0, 60), "It leaves the picture at step 1; after 60 steps it is"),
    ],
)
def test_the_place_in_words(setting: Setting, words: str) -> None:
    path = bowl.roll(setting.rate, setting.momentum, setting.steep)
    assert words in bowl.place_in_words(setting, path)


@pytest.mark.parametrize(
    ("trials", "words", "reached"),
    [
        ([], "No ball has arrived", False),
        ([settled(0.01), settled(0.3)], "No ball has arrived", False),
        ([settled(0.1)], "It can be done in fewer", False),
        ([settled(0.174)], "nothing is left to gain but by momentum", False),
        ([settled(0.174), settled(0.2, 0.8)], "It can be done in fewer", False),
        ([settled(0.174), settled(0.24, 0.4)], "Change the bowl", True),
        ([settled(0.174, steep=5.0)], "No ball has arrived", False),
    ],
)
def test_the_goal_says_how_near_one_is(trials: list[Trial], words: str, reached: bool) -> None:
    said, found = bowl.goal_feedback(trials, 10.0)
    assert words in said
    assert found == reached


@pytest.mark.parametrize(
    ("name", "value"), [("rate", 0.21), ("momentum", 0.9), ("steep", 25), ("steps", 7)]
)
def test_every_slider_moves_the_picture_and_the_words(name: str, value: float) -> None:
    widget = Bowl()
    before = (widget.picture.value, widget.summary.value)
    widget.controls[name].value = value
    assert widget.picture.value != before[0]
    assert widget.summary.value != before[1]


def test_the_ends_of_all_sliders_can_be_drawn() -> None:
    widget = Bowl()
    ends = {"momentum": (0, 0.95), "steep": (2, 40), "steps": (0, 60), "rate": (10**-2.4, 1.0)}
    for side in (0, 1):
        for name, values in ends.items():
            widget.controls[name].value = values[side]
    assert bytes(widget.picture.value).startswith(b"\xff\xd8")
    assert "above 2 × (1 + 0.95)/L" in widget.words


def test_each_rate_leaves_a_trial_and_the_goal_can_be_reached() -> None:
    widget = Bowl()
    widget.controls["rate"].value = 10**-0.76
    assert "nothing is left to gain but by momentum" in widget.goal.value
    widget.controls["momentum"].value = 0.4
    widget.controls["rate"].value = 10**-0.62
    assert "explore-reached" in widget.goal.value
    assert len(widget.trials) == 4
