"""The template: one for all who ask for the same, replaced when it ends or is out of date."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.errors import CourseError
from helpers.kernels import launcher, wire
from helpers.kernels.launcher import Template

pytestmark = pytest.mark.skipif(bool(launcher.obstacle()), reason=launcher.obstacle())

HERE = Path(__file__).parent
Make = Callable[..., Template]


def with_children() -> dict[str, str]:
    """Return variables that let a template import what this folder has for it."""
    paths = [str(HERE), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path: pytest's own are too long for a socket."""
    made = Path(tempfile.mkdtemp(prefix="tk-", dir="/tmp"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def make(folder: Path) -> Iterator[Make]:
    """Make templates that are gone after the test."""
    made: list[Template] = []

    def one(child: str = "kernels_children:answer", **options: Any) -> Template:
        variables = {**with_children(), **options.pop("variables", {})}
        options = {"folder": folder, "environment": variables, "idle": 600.0, **options}
        template = Template(child, **options)
        made.append(template)
        return template

    yield one
    for template in made:
        template.stop()


def asked(template: Template, **message: Any) -> dict[str, Any]:
    """Fork, ask once, and let the fork end."""
    with template.connect() as conn:
        wire.send(conn, message)
        return wire.receive(conn)[0]


def eventually(true: Callable[[], Any]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_fork_has_the_imports_behind_it_and_randomness_of_its_own(make: Make) -> None:
    template = make(preload=["sqlite3", "no_such_module_anywhere"])
    first, second = asked(template, number=1), asked(template, number=2)
    assert (first["number"], second["number"]) == (1, 2)
    assert first["modules"] == second["modules"] == ["sqlite3"]
    assert first["template"] == second["template"] == template.pid
    assert first["drawn"] != second["drawn"]
    assert "not preloaded: no_such_module_anywhere" in (template.place / "log").read_text()


def test_a_fork_has_no_file_of_another(make: Make) -> None:
    template = make()
    with template.connect() as conn:  # stays open while the next is forked
        wire.send(conn, {})
        alone = wire.receive(conn)[0]["files"]
        assert asked(template)["files"] == alone == 5  # the standard ones, conn, the listing


def test_who_asks_for_the_same_shares_it(make: Make, folder: Path) -> None:
    template = make()
    pid = asked(template)["template"]
    assert asked(make())["template"] == pid
    program = (
        "from helpers.kernels.launcher import Template; from helpers.kernels import wire\n"
        "from pathlib import Path; import os, sys\n"
        "conn = Template('kernels_children:answer', folder=Path(sys.argv[1]), idle=600.0,\n"
        "    environment={**os.environ}).connect()\n"
        "wire.send(conn, {}); print(wire.receive(conn)[0]['template'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        env=with_children(),
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [str(pid)], done.stderr


def test_many_who_ask_at_once_start_one(make: Make) -> None:
    pids: list[int] = []
    threads = [
        threading.Thread(target=lambda: pids.append(asked(make())["template"])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 8
    assert len(set(pids)) == 1


def test_forks_outlive_a_killed_template_and_the_next_call_starts_another(make: Make) -> None:
    template = make()
    with template.connect() as conn:
        wire.send(conn, {"before": True})
        killed = wire.receive(conn)[0]["template"]
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: template.pid is None)
        wire.send(conn, {"after": True})
        assert wire.receive(conn)[0]["after"]
    assert asked(template)["template"] not in (killed, None)


def test_another_variable_is_another_template(make: Make) -> None:
    one, other = make(variables={"COURSE_TEST": "1"}), make(variables={"COURSE_TEST": "2"})
    assert (asked(one)["variable"], asked(other)["variable"]) == ("1", "2")
    assert one.pid and other.pid and one.pid != other.pid


def test_an_installed_package_replaces_the_template(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    template = make()
    with template.connect() as conn:
        old = template.pid
        (tmp_path / "package").mkdir()
        assert asked(template)["template"] != old
        wire.send(conn, {"still": "here"})
        assert wire.receive(conn)[0]["still"] == "here"
    assert old is not None
    eventually(lambda: not launcher.processes.born(old))  # it would keep its memory for nothing


def test_an_edit_of_the_courses_code_changes_the_mark(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    file = tmp_path / "part" / "module.py"
    file.write_text("a = 1\n")
    before = list(launcher._marks(str(tmp_path)))
    (tmp_path / "part" / "notes.txt").write_text("")
    assert list(launcher._marks(str(tmp_path))) == before
    file.write_text("a = 22\n")
    assert list(launcher._marks(str(tmp_path))) != before


def test_it_ends_when_nobody_calls_and_starts_again(make: Make) -> None:
    template = make(idle=0.2)
    first = asked(template)["template"]
    eventually(lambda: template.pid is None)
    assert asked(template)["template"] != first


def test_callers_at_the_last_moment_are_served(make: Make) -> None:
    template = make(idle=0.05)
    for pause in range(0, 100, 5):  # ends about when the next call comes, now before, now after
        time.sleep(pause / 1000)
        assert asked(template, pause=pause)["pause"] == pause


def test_stop_ends_it(make: Make) -> None:
    template = make()
    with template.connect() as conn:
        template.stop()
        assert template.pid is None
        wire.send(conn, {"after": True})
        assert wire.receive(conn)[0]["after"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"child": "no_such_module:answer"}, "No module named 'no_such_module'"),
        ({"preload": ["kernels_thread"]}, "cannot be forked: 2 threads run in it"),
        ({"preload": ["kernels_device"]}, "CUDA was initialised or asked for devices"),
        ({"wrap": lambda command: ["/no/such/program", *command]}, "/no/such/program"),
        ({"wrap": lambda command: ["false"]}, "it said nothing"),
    ],
)
def test_one_that_cannot_start_is_one_line(
    make: Make, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CourseError, match=reason) as caught:
        make(**options).connect()
    assert "\n" not in str(caught.value)


def test_one_that_is_too_slow_is_one_line(make: Make) -> None:
    template = make(wrap=lambda command: ["sleep", "1000"])
    start = time.monotonic()
    with pytest.raises(CourseError, match="did not start"):
        template.connect(timeout=0.3)
    assert time.monotonic() - start < 30


def test_it_runs_wrapped_in_a_sandbox(make: Make) -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("bwrap is not installed")

    def wrap(command: list[str]) -> list[str]:
        return ["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", *command]

    template = make(wrap=wrap)
    inside = asked(template)["template"]
    assert inside < 10  # a process number of its own namespace
    outside = template.pid
    assert outside and len(launcher.processes.descendants(outside)) >= 1
    template.stop()
    eventually(lambda: not launcher.processes.born(outside))


def test_its_folder_is_the_users_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    made = launcher.runtime_folder()
    assert made.parent == folder
    assert made.stat().st_mode & 0o777 == 0o700
    made.chmod(0o777)
    with pytest.raises(CourseError, match="not private"):
        launcher.runtime_folder()
    made.rmdir()
    made.symlink_to(folder)
    with pytest.raises(CourseError, match="not private"):
        launcher.runtime_folder()


def test_a_path_too_long_for_a_socket_is_one_line(make: Make, folder: Path) -> None:
    with pytest.raises(CourseError, match="shorter path"):
        make(folder=folder / ("x" * 100)).connect()
