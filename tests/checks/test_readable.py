"""The rules of readable findings: each complains about what it is for, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.readable import complaints
from helpers.checks import Finding

GOOD = Finding("percent", "Your function returned a percentage.", "0.58", "58", "the range")


def test_a_good_finding_is_left_alone() -> None:
    assert complaints(GOOD) == []
    assert complaints(replace(GOOD, expected="")) == []
    assert complaints(replace(GOOD, expected="", got=""), first=False) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"message": "Your function returned a percentage"}, "message is no sentence"),
        ({"message": "a " * 300 + "."}, "message has 601 characters"),
        ({"message": "Frozen: {story}."}, "message has a placeholder that nothing filled"),
        ({"look_again": ""}, "nowhere to look again"),
        ({"expected": "", "got": ""}, "neither expected nor got"),
        ({"got": "0.58"}, "expected and got are the same"),
        ({"got": "<generator object f at 0x7f4d4178d8b0>"}, "got has an address in memory"),
        ({"got": "[0.4885821871116819]"}, "got has more digits than anybody reads"),
    ],
)
def test_each_rule_complains(change: dict[str, str], said: str) -> None:
    assert complaints(replace(GOOD, **change)) == [said]
