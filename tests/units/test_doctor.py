"""`course doctor`: each way a machine can be broken has its line and its remedy."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers import browser, cli, doctor
from helpers.doctor import Finding
from helpers.errors import CourseError


def test_here_a_learner_can_work() -> None:
    findings = {finding.name: finding for finding in doctor.examine()}
    assert [f.line() for f in findings.values() if f.state == "fail"] == []
    assert all("\n" not in finding.line() for finding in findings.values())
    assert set(findings) >= {"python", "torch", "weights", "widgets", "cache", "browser", "sandbox"}


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("warn", 0), ("fail", 1)])
def test_only_what_stops_learners_fails(
    monkeypatch: pytest.MonkeyPatch, state: doctor.State, code: int
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda: [Finding("torch", state, "text", "remedy")])
    done = CliRunner().invoke(cli.app, ["doctor"])
    assert done.exit_code == code
    assert done.output == f"{state:<4} torch      text: remedy\n"


def test_a_cpu_torch_with_a_cuda_torchvision_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> object:
        if name == "torchvision":
            raise RuntimeError("operator torchvision::nms does not exist")
        return object()

    monkeypatch.setattr(importlib, "import_module", refuse)
    finding = doctor.torch_pair()
    assert finding.state == "fail"
    assert "different builds (CPU and CUDA): install both from one place" in finding.line()


def test_another_failure_of_torch_keeps_its_reason() -> None:
    assert doctor.torch_remedy("libcudart.so.12: cannot open\nmore").startswith(
        "libcudart.so.12: cannot open; run `uv sync"
    )


def test_a_question_that_breaks_does_not_silence_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> Finding:
        raise ImportError("no module named widgets\nand more")

    monkeypatch.setattr(doctor, "widgets", broken)
    findings = {finding.name: finding for finding in doctor.examine()}
    assert findings["widgets"].state == "fail"
    assert findings["widgets"].text == "ImportError: no module named widgets"
    assert "cache" in findings


def test_weights_that_are_harmed_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    import helpers.models

    def refuse(name: str) -> object:
        raise CourseError("the weights of lite0 are damaged: install them again")

    monkeypatch.setattr(helpers.models, "backbone", refuse)
    finding = doctor.weights()
    assert (finding.state, finding.text) == (
        "fail",
        "the weights of lite0 are damaged: install them again",
    )


def test_an_unwritable_cache_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file" / "cache"))
    finding = doctor.cache()
    assert finding.state == "fail"
    assert "COURSE_CACHE" in finding.line()


def test_a_full_disk_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    full = shutil.disk_usage(tmp_path)._replace(free=10_000_000)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: full)
    finding = doctor.cache()
    assert finding.state == "warn"
    assert "free 500 MB" in finding.line()


def test_alembic_off_the_path_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = doctor.nbgrader()
    assert finding.state == "warn"
    assert str(Path(sys.executable).parent) in finding.remedy


def test_a_missing_browser_and_sandbox_are_warnings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(doctor, "find_browser", lambda: None)
    assert doctor.browser() == Finding(
        "browser", "warn", "none for the browser tests", browser.REMEDY
    )
    assert doctor.sandbox().state == "warn"


@pytest.mark.parametrize("error", [PermissionError(), subprocess.TimeoutExpired("bwrap", 20)])
def test_a_sandbox_that_does_not_start_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(command: list[str], **_: object) -> object:
        raise error

    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/usr/bin/bwrap")
    monkeypatch.setattr(doctor.subprocess, "run", refuse)
    finding = doctor.sandbox()
    assert finding.state == "warn"
    assert f"does not start ({type(error).__name__})" in finding.line()


def test_an_old_python_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.sys, "version_info", (3, 9, 2))
    assert doctor.python().state == "fail"
