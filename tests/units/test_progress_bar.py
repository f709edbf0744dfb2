"""What a run says: to people on a terminal, to a log, to machines."""

from __future__ import annotations

import io
import json
import re
from collections import Counter

import pytest
from rich.console import Console

from helpers.grading.progress import (
    FEW,
    Bar,
    Event,
    JsonLines,
    Lines,
    Summary,
    duration,
    line_of,
    reporter_for,
    shown,
    summary_lines,
)

GRADED = Event("ada", "00_the_wall", "graded", {"wrong": 1, "correct": 3}, 6, 8, 1.25)
REFUSED = Event("eve\x1b[2J", "00_the_wall", "refused", cause="no notebook\r\x1b]0;x\x07 in it")


def a_summary(*events: Event) -> Summary:
    summary = Summary("autumn", seconds=75, holds=Counter({"bubblewrap, rlimits": 3}))
    for event in events:
        summary.add(event)
    summary.findings.update({("wall.accuracy", "counts-argmin"): 4, ("wall.evaluate", "raised"): 9})
    summary.messages["wall.evaluate", "raised"] = "Your function stopped with an error."
    return summary


def test_a_line_names_points_and_verdicts_in_order_of_severity() -> None:
    assert line_of(GRADED) == "ada  00_the_wall  6/8  correct 3, wrong 1  (1.2 s)"


def test_nothing_of_a_submission_commands_a_terminal() -> None:
    assert line_of(REFUSED).isprintable()
    assert shown("a\x9b31m\u202e\n\tb") == "a�31m� b"
    assert all(line.isprintable() for line in summary_lines(a_summary(REFUSED)))


def test_the_summary_says_what_what_most_and_what_next() -> None:
    text = "\n".join(summary_lines(a_summary(GRADED, GRADED, REFUSED)))
    first, *_ = text.splitlines()
    assert first == "3 submissions: 2 graded, 1 could not be graded; 1 min 15 s, 37.50 s each"
    assert "verdicts     correct 6, wrong 2" in text
    assert text.index("9 x wall.evaluate, raised: Your function") < text.index("4 x wall.accuracy")
    assert "not graded   eve" in text
    assert "bubblewrap, rlimits" in text
    assert text.endswith("course report --class autumn")


def test_a_stopped_run_says_how_to_go_on() -> None:
    summary = a_summary(GRADED)
    summary.stopped = True
    *_, last = summary_lines(summary)
    assert "run the same command again" in last


def test_a_small_class_gets_a_line_each_a_big_one_does_not() -> None:
    for total, most in ((FEW, FEW + 1), (1000, 5)):
        stream = io.StringIO()
        lines = Lines(stream)
        lines.begin(total, "2 workers")
        for _ in range(total):
            lines.event(GRADED)
        assert len(stream.getvalue().splitlines()) <= most
    assert "1/1000" in stream.getvalue()


def test_a_big_class_names_what_went_wrong() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines.begin(1000, "2 workers")
    for event in (GRADED, GRADED, REFUSED, REFUSED):
        lines.event(event)
    assert stream.getvalue().count("NOT GRADED") == 2


@pytest.mark.parametrize("width", [70, 160])
def test_the_bar_shows_rate_time_left_and_counts(width: int) -> None:
    stream = io.StringIO()
    bar = Bar(Console(file=stream, force_terminal=True, width=width))
    bar.begin(4, "2 workers")
    for event in (GRADED, GRADED, REFUSED):
        bar.event(event)
    bar.end(a_summary(GRADED, GRADED, REFUSED))
    said = stream.getvalue()
    assert "grading 4 submissions with 2 workers" in said
    assert "3/4" in said
    assert re.search(r"[0-9.]+/(s|min), [0-9.]+ s left", said)
    assert "correct 6, wrong 2" in said
    assert "[2J" in said  # as text
    assert "\x1b[2J" not in said
    assert "\x1b]0" not in said


def test_json_is_one_object_a_line_and_nothing_else() -> None:
    stream = io.StringIO()
    reporter = JsonLines(stream)
    reporter.begin(2, "2 workers")
    reporter.note("sandbox: bubblewrap")
    reporter.event(GRADED)
    reporter.event(REFUSED)
    reporter.end(a_summary(GRADED, REFUSED))
    said = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [one["event"] for one in said] == ["begin", "note", "submission", "submission", "end"]
    assert said[2]["verdicts"] == {"wrong": 1, "correct": 3}
    assert said[3]["cause"] == REFUSED.cause
    assert said[4]["states"] == {"graded": 1, "refused": 1}
    assert said[4]["findings"][0] == {"exercise": "wall.evaluate", "finding": "raised", "times": 9}


@pytest.mark.parametrize(("as_json", "kind"), [(True, JsonLines), (False, Lines)])
def test_where_nobody_watches_there_is_no_bar(as_json: bool, kind: type) -> None:
    assert isinstance(reporter_for(io.StringIO(), as_json), kind)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.9, "59.9 s"), (60, "1 min 0 s"), (3599.6, "1 h 0 min"),
     (7261, "2 h 1 min")],
)  # fmt: skip
def test_durations_are_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
