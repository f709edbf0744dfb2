"""From what came out of the room to a verdict: nothing in it is believed."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checked_answers import accuracy
from room import forked

from helpers.checks import EXERCISES
from helpers.checks.evidence import MAGIC, from_bytes, to_bytes
from helpers.checks.past.field_steps import FieldStep
from helpers.checks.run import collect
from helpers.data.field import write_predictions
from helpers.data.flora import splits
from helpers.data.flora.class_set import picture_names, set_id, species_of
from helpers.errors import CourseError
from helpers.grading.core import Item, Outcome, Result
from helpers.grading.judging import exercise_for, judge, library_version_used, not_executed

SEED = 77
SECRET = "2019" * 16
ITEM = Item("wall-accuracy", "wall.accuracy", 3.0)


def judged(evidence: bytes | dict[str, Any], item: Item = ITEM, secret: str = "") -> Result:
    data = evidence if isinstance(evidence, bytes) else to_bytes(evidence)
    exercise = exercise_for(item.exercise, secret)
    return judge(item, Outcome("evidence", data, cpu_seconds=2.0), SEED, exercise)


def honest() -> dict[str, Any]:
    return collect(EXERCISES["wall.accuracy"], accuracy, SEED)


def test_points_are_all_or_nothing() -> None:
    assert judged(honest()).points == 3.0
    wrong = collect(EXERCISES["wall.accuracy"], lambda logits, labels: 0.5, SEED)
    assert judged(wrong).points == 0.0
    assert judged(wrong).verdict == "wrong"


@pytest.mark.parametrize("ended", ["timeout", "memory", "output", "crash"])
def test_how_an_item_ended_is_its_verdict(ended: Any) -> None:
    result = judge(ITEM, Outcome(ended, cause="a limit of 3"), SEED, EXERCISES[ITEM.exercise])
    assert (result.verdict, result.finding, result.points) == (ended, ended, 0.0)
    assert result.findings[0]["got"] == result.cause == "a limit of 3"
    assert "accuracy" in result.message


@pytest.mark.parametrize(
    "evidence",
    [
        b"",
        b"EVI1",
        MAGIC + struct.pack("<I", 2**32 - 1),
        MAGIC + struct.pack("<I", 2) + b"{}",
        MAGIC + struct.pack("<I", 4) + b"null",
        b"\x80\x04\x95" + b"pickle" * 10,
        {"exercise": "wall.evaluate"},
        {"exercise": "wall.accuracy"},
        {"exercise": "wall.accuracy", "timed_out": None, "probe": None, "problem": "odd"},
        {"exercise": "wall.accuracy", "timed_out": "never", "probe": {}, "printed_length": 0},
        {"exercise": "wall.accuracy", "timed_out": None, "probe": {"calls": 3}},
        {"exercise": "wall.accuracy", "timed_out": None, "probe": {"calls": []},
         "printed_length": 0},
    ],
)  # fmt: skip
def test_evidence_that_makes_no_sense_is_unreadable(evidence: Any) -> None:
    result = judged(evidence)
    assert (result.verdict, result.points) == ("unreadable", 0.0)
    assert result.finding == "broken-evidence"


def test_damaged_evidence_never_breaks_the_judge() -> None:
    """Flipped bytes may say something else, or nothing; a judge must survive either."""
    data, draw = to_bytes(honest()), random.Random(5)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(draw.randint(1, 6)):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        result = judged(bytes(damaged))
        assert result.verdict in ("correct", "wrong", "unreadable", "error", "output", "timeout")


def test_what_is_missing_is_named() -> None:
    evidence = {"exercise": "wall.accuracy", "probe": None, "missing": "accuracy",
                "problem": "NameError: name 'accuracy' is not defined"}  # fmt: skip
    result = judged(evidence)
    assert (result.verdict, result.finding, result.points) == ("error", "no-answer", 0.0)
    assert "accuracy" in result.message


@pytest.mark.parametrize(
    ("said", "own"), [(0.5, 0.5), (-3, 0.0), (1e300, 2.0), ("x", 0.0), (True, 0.0), (None, 0.0)]
)
def test_the_room_cannot_report_more_time_than_it_took(said: Any, own: float) -> None:
    assert judged({**honest(), "own_seconds": said}).own_seconds == own


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([], False),
        (["helpers.training.accuracy"], True),
        (["helpers.checks"], True),
        (["helpers.training.fit", "<script>", 3], False),
        ("helpers.training.accuracy", False),
        ({"helpers.training.accuracy": 1}, False),
    ],
)
def test_calls_of_the_library_cost_the_points(said: Any, found: bool) -> None:
    result = judged({**honest(), "library": said})
    assert (result.finding == "library-version-used") is found
    assert (result.points == 0.0) is found


def test_the_finding_speaks_of_what_notebooks_call_it() -> None:
    finding = library_version_used(EXERCISES["wall.evaluate"], ["helpers.training.evaluate"])
    assert "training.evaluate" in finding.message and "helpers." not in finding.message
    assert finding.look_again


def test_texts_are_single_lines_without_control_characters() -> None:
    evidence = {**honest(), "printed": "a\x1b[31mred\x07\nb"}
    assert judged(evidence).printed == "a [31mred \nb"
    outcome = Outcome("crash", cause="one\ntwo\x1b[0m", printed="x" * 10**5)
    result = judge(ITEM, outcome, SEED, EXERCISES[ITEM.exercise])
    assert result.cause == "one two [0m"
    assert len(result.printed) <= 4000


def test_an_item_without_anything_to_execute_keeps_its_verdict() -> None:
    item = Item("g", "wall.accuracy", 2.0, verdict="missing", cause="no such\ncell")
    result = not_executed(item)
    assert (result.verdict, result.points, result.max_points) == ("missing", 0.0, 2.0)
    assert result.message == "no such cell"


def test_a_process_that_has_forgotten_the_answers_judges_nobody() -> None:
    from helpers.grading.forgetting import forget_answers

    def work(say: Callable[[bytes], object]) -> None:
        forget_answers()
        with pytest.raises(RuntimeError, match="nobody here knows"):
            judged(honest())
        say(b"refused")

    assert forked(work) == b"refused"


def test_an_exercise_that_does_not_exist() -> None:
    with pytest.raises(CourseError, match="There is no exercise"):
        exercise_for("wall.accurracy", "")


def predictions(secret: str, mistakes: int) -> dict[str, Any]:
    right = list(species_of(secret))
    for place in range(mistakes):
        right[place] = next(name for name in splits.CLASSES if name != right[place])
    write_predictions("predictions.csv", picture_names(set_id(secret), len(right)), right)
    return collect(EXERCISES["past.field_95"], "predictions.csv", SEED)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("percent_wrong", "verdict"), [(0, "correct"), (4, "correct"), (7, "wrong")]
)
def test_a_step_is_scored_by_the_secret_of_the_class(
    percent_wrong: int, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    evidence = predictions(SECRET, percent_wrong * len(species_of(SECRET)) // 100)
    item = Item("past-field_95", "past.field_95", 2.0)
    result = judged(evidence, item, SECRET)
    assert result.verdict == verdict
    assert "named correctly" in (result.note or result.message)


def test_predictions_for_another_class_are_not_scored_by_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    evidence = predictions("ab" * 32, 0)
    result = judged(evidence, Item("past-field_95", "past.field_95", 2.0), SECRET)
    assert (result.verdict, result.finding) == ("wrong", "another-set")


def test_what_nobody_can_score_earns_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class has its secret; without one, the form alone is no full mark."""
    monkeypatch.chdir(tmp_path)
    evidence = predictions(SECRET, 0)
    evidence["probe"]["beside"], evidence["probe"]["count"] = (
        set_id(SECRET),
        len(species_of(SECRET)),
    )
    result = judged(evidence, Item("past-field_95", "past.field_95", 2.0))
    assert (result.verdict, result.finding, result.points) == ("wrong", "not-scored", 0.0)
    assert result.message.startswith("The form is right")


def test_an_exercise_is_the_course_own_unless_the_class_has_a_say() -> None:
    assert exercise_for("wall.accuracy", SECRET) is EXERCISES["wall.accuracy"]
    step = exercise_for("past.field_98", SECRET)
    assert isinstance(step, FieldStep) and step is not EXERCISES["past.field_98"]
    assert step.id == "past.field_98"


def test_results_are_plain_data() -> None:
    result = judged({**honest(), "library": ["helpers.training.accuracy"]})
    assert json.loads(json.dumps(result.findings[0]))["code"] == "library-version-used"
    assert from_bytes(to_bytes(honest()))["exercise"] == "wall.accuracy"
