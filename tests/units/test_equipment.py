"""What the tests need is found, installed, or named; in CI nothing may be missing."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from helpers import debian, equipment
from helpers.equipment import BROWSER, DATABASE, SANDBOX
from helpers.errors import CourseError


def missing(*_: object) -> None:
    """Nothing is found."""


@pytest.fixture
def ordered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What is asked of a Debian on which every installation fails."""
    asked: list[tuple[str, ...]] = []

    def install(*packages: str) -> str:
        asked.append(packages)
        return "apt-get update failed: no network"

    monkeypatch.setattr(debian, "can_install", lambda: True)
    monkeypatch.setattr(debian, "install", install)
    return asked


def test_what_is_there_is_not_installed(ordered: list[tuple[str, ...]]) -> None:
    said: list[str] = []
    equipment.provide([replace(SANDBOX, find=lambda: Path("/bin/sh"))], True, said.append)
    assert (ordered, said) == ([], [])


def test_all_that_is_missing_is_installed_at_once(ordered: list[tuple[str, ...]]) -> None:
    said: list[str] = []
    things = [replace(thing, find=missing) for thing in (BROWSER, SANDBOX)]
    equipment.provide(things, False, said.append)
    assert ordered == [("chromium", "bubblewrap")]
    assert said[0] == "Installing chromium, bubblewrap for the tests."
    assert said[1].startswith("Skipped: the tests in tests/browser (apt-get update failed: no net")
    assert said[2].startswith("Skipped: the tests that run what learners hand in")


@pytest.mark.usefixtures("ordered")
def test_in_ci_a_failed_installation_is_an_error() -> None:
    with pytest.raises(CourseError, match="apt-get update failed: no network: install bubblewrap"):
        equipment.provide([replace(SANDBOX, find=missing)], True, lambda _: None)


def test_where_nothing_can_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "can_install", lambda: False)
    said: list[str] = []
    equipment.provide([replace(BROWSER, find=missing)], False, said.append)
    assert said == [f"Skipped: the tests in tests/browser (no browser found): {BROWSER.remedy}."]
    with pytest.raises(CourseError, match="no browser found: install Chromium"):
        equipment.provide([replace(BROWSER, find=missing)], True, said.append)


@pytest.mark.skipif(sys.platform != "linux", reason="submissions are graded on Linux only")
def test_ci_wants_a_database_and_a_laptop_does_not() -> None:
    assert DATABASE in equipment.wanted(in_ci=True)
    assert equipment.wanted(in_ci=False) == [BROWSER, SANDBOX]


def test_a_failed_apt_get_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "apt-get"
    program.write_text('#!/bin/sh\necho "E: nothing at all"\nexit 100\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if shutil.which("apt-get") is None:  # Windows runs no shell scripts
        pytest.skip("no shell scripts here")
    assert debian.install("chromium") == "apt-get update failed: E: nothing at all"
