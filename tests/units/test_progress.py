"""The bar: on stdout, never on stderr, and gone when the work is done."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from helpers.progress import track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_items_pass_unchanged_and_quick_work_says_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert list(track(range(5), "counting")) == [0, 1, 2, 3, 4]
    assert capfd.readouterr() == ("", "")


def test_shown_work_leaves_one_line_on_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(track(iter("abc"), "reading", show=True)) == ["a", "b", "c"]
    out, err = capfd.readouterr()
    assert err == ""
    assert out.startswith("reading: 3 in ")
    assert out.count("\n") == 1


def test_a_terminal_sees_a_bar_that_is_cleared(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    for item in track(range(3), "drawing", show=True):
        assert item < 3
    written = terminal.getvalue()
    assert "drawing:   0%" in written
    assert written.rsplit("\r", 1)[-1].startswith("drawing: 3 in ")
    assert capfd.readouterr().err == ""


def test_a_notebook_is_not_filled_with_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    list(track(range(100_000), "counting", show=True))
    assert terminal.getvalue().count("\r") < 20


def test_hidden_work_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert list(track(range(3), "drawing", show=False)) == [0, 1, 2]
    assert terminal.getvalue() == ""


def test_an_error_in_the_loop_ends_the_bar_and_passes(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        for item in track(range(3), "dividing", show=True):
            1 / item
    out, err = capfd.readouterr()
    assert err == ""
    assert out.count("\n") <= 1


def test_no_thread_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    before = threading.active_count()
    for _ in track(range(3), "drawing", show=True):
        assert threading.active_count() == before
