"""The sandbox: what a submission sees, what ends it, and that nothing of it is left.

Hostile submissions as a whole are in tests/attacks; here each bound stands alone, with its words.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.checks.evidence import from_bytes
from helpers.errors import CourseError
from helpers.grading.core import Job, Limits, Outcome, Sandbox, Source
from helpers.grading.sandbox import cgroups, seccomp, view
from helpers.grading.sandbox.client import Settings, open_sandbox
from helpers.kernels.launcher import obstacle
from helpers.places import repository

pytestmark = [
    pytest.mark.skipif(bool(obstacle()), reason=obstacle()),
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed"),
]

#: Long enough for a busy machine, where nothing is to be ended by time.
PATIENT = Limits(item_seconds=60, submission_seconds=300, cpu_seconds=60, memory_mb=600)
SHORT = replace(PATIENT, item_seconds=2)
RIGHT = (
    "def accuracy(logits, labels):\n    return (logits.argmax(1) == labels).float().mean().item()"
)


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that no submission may see."""
    folder = tmp_path_factory.mktemp("private")
    (folder / "gradebook.db").write_text("points")
    return folder


@pytest.fixture(scope="module")
def sandbox(private: Path) -> Iterator[Sandbox]:
    """The real one."""
    opened = open_sandbox(settings=Settings(keep_away=(str(private),)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def unprotected() -> Iterator[Sandbox]:
    """What `--no-sandbox` gives."""
    opened = open_sandbox(no_sandbox=True)
    yield opened
    opened.close()


def job(code: str) -> Job:
    return Job("wall.accuracy", "accuracy", (Source(code, "learner", "a"),), seed=7)


def run(
    sandbox: Sandbox, *cells: str, limits: Limits = PATIENT, files: dict[str, bytes] | None = None
) -> list[Outcome]:
    """Run items of one submission, one for each cell."""
    return list(sandbox.run([job(code) for code in cells], files or {}, limits))


def told(sandbox: Sandbox, code: str) -> str:
    """What one cell prints."""
    (outcome,) = run(sandbox, code)
    assert outcome.ended == "evidence", outcome
    assert not outcome.problem, outcome.problem
    return outcome.printed.strip()


def test_it_says_what_holds(sandbox: Sandbox, unprotected: Sandbox) -> None:
    assert sandbox.holds.startswith("bubblewrap, rlimits")
    assert ("seccomp" in sandbox.holds) is seccomp.supported()
    assert unprotected.holds == "none: rlimits only"


def test_an_answer_is_probed_and_plain_data_comes_out(sandbox: Sandbox) -> None:
    (outcome,) = run(sandbox, RIGHT)
    evidence = from_bytes(outcome.evidence)
    assert evidence["exercise"] == "wall.accuracy"
    assert evidence["probe"]["calls"][0]["returned"]["kind"] == "number"
    assert 0 < outcome.own_seconds <= outcome.cpu_seconds


def test_it_sees_python_and_its_own_folder_alone(sandbox: Sandbox, private: Path) -> None:
    secret = [private, repository() / "solutions", repository() / ".git", Path.home() / ".cache"]
    code = f"import os\nprint([os.path.exists(p) for p in {[str(path) for path in secret]}])"
    assert told(sandbox, code) == str([False] * len(secret))
    assert told(sandbox, "import os\nprint(os.getcwd(), os.listdir())") == "/job []"
    assert told(sandbox, "import os\nprint(os.getuid(), os.path.expanduser('~'))") == (
        "1000 /home/student"
    )


def test_it_has_no_variable_of_the_grader(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD_OF_THE_GRADER", "swordfish")
    assert "PASSWORD_OF_THE_GRADER" not in told(sandbox, "import os\nprint(sorted(os.environ))")


def test_it_has_no_network_and_no_other_process(sandbox: Sandbox) -> None:
    interfaces = "import socket\nprint([name for _, name in socket.if_nameindex()])"
    assert told(sandbox, interfaces) == "['lo']"
    processes = "import os\nprint(sum(name.isdigit() for name in os.listdir('/proc')))"
    assert int(told(sandbox, processes)) <= 2  # itself, and the watchman


def test_it_cannot_write_outside_nor_gain_rights(sandbox: Sandbox) -> None:
    write = "try:\n    open('/usr/x', 'w')\nexcept OSError as error:\n    print(error.strerror)"
    assert told(sandbox, write) == "Read-only file system"
    rights = "print([l.split()[1] for l in open('/proc/self/status') if l.startswith('CapEff')])"
    assert told(sandbox, rights) == "['0000000000000000']"
    new_user_namespace = "import ctypes\nprint(ctypes.CDLL(None).unshare(0x10000000))"
    assert told(sandbox, new_user_namespace) == "-1"


def test_files_beside_the_notebook_are_there_and_each_item_starts_anew(sandbox: Sandbox) -> None:
    look = (
        "import os\nprint(sorted(os.listdir()), open('data/a.txt').read())\nopen('b', 'w').close()"
    )
    outcomes = run(sandbox, look, look, files={"data/a.txt": b"handed in"})
    assert [outcome.printed.strip() for outcome in outcomes] == ["['data'] handed in"] * 2


@pytest.mark.parametrize("name", ["../up", "/etc/passwd", "a/../../b"])
def test_a_file_that_would_leave_its_folder_is_refused(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(CourseError, match="rename or remove it"):
        run(sandbox, RIGHT, files={name: b""})


BOUNDS = {
    "time": ("while True: pass", SHORT, "timeout", "ran for more than 2 seconds"),
    "sleep": ("import time\ntime.sleep(600)", SHORT, "timeout", "ran for more than 2 seconds"),
    "processor": (
        "while True: pass", replace(PATIENT, cpu_seconds=1), "timeout",
        "used more than 1 seconds of processor time",
    ),
    "memory": (
        "kept = []\nwhile True: kept.append(bytearray(10_000_000))",
        replace(PATIENT, memory_mb=200), "memory", "used more than 200 MB of memory",
    ),
    "processes": (
        "import os, time\nfor _ in range(30):\n    if os.fork() == 0: time.sleep(600)\n"
        "time.sleep(600)",
        replace(PATIENT, processes=10), "crash", "started more than 10 processes",
    ),
    "output": (
        "while True: print('x' * 1000)", PATIENT, "output", "printed more than 200,000 bytes",
    ),
    "exit": ("import os\nos._exit(3)", PATIENT, "crash", "ended itself with exit status 3"),
    "signal": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", PATIENT, "crash",
        "died of signal 9 (SIGKILL)",
    ),
    "stack": (
        "import ctypes\nctypes.string_at(0)", PATIENT, "crash", "died of signal 11 (SIGSEGV)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("bound", BOUNDS)
def test_what_goes_too_far_ends_with_its_cause_and_the_next_item_runs(
    sandbox: Sandbox, bound: str
) -> None:
    code, limits, ended, cause = BOUNDS[bound]
    broken, right = run(sandbox, code, RIGHT, limits=limits)
    if bound == "processes" and "cgroups" in sandbox.holds:  # there fork() itself fails
        assert broken.ended in ("crash", "evidence"), broken
    else:
        assert (broken.ended, broken.cause) == (ended, cause), broken
    assert broken.evidence == b"" or broken.ended == "evidence"
    assert right.ended == "evidence" and not right.problem, right


def test_a_full_disk_is_an_error_of_the_item(sandbox: Sandbox) -> None:
    limits = replace(PATIENT, disk_mb=8)
    (outcome,) = run(sandbox, "open('big', 'wb').write(bytes(20_000_000))", limits=limits)
    assert "File too large" in outcome.problem
    several = "for n in range(9): open(f'{n}', 'wb').write(bytes(3_000_000))"
    (outcome,) = run(sandbox, several, limits=limits)
    assert "No space left on device" in outcome.problem
    many = "for n in range(9999): open(f'{n}', 'w').close()"
    (outcome,) = run(sandbox, many, limits=replace(PATIENT, files=50))
    assert "No space left on device" in outcome.problem


def test_the_time_of_all_items_together_is_bounded(sandbox: Sandbox) -> None:
    limits = replace(PATIENT, submission_seconds=2)
    first, second = run(sandbox, "import time\ntime.sleep(600)", RIGHT, limits=limits)
    assert (first.ended, second.ended) == ("timeout", "timeout")
    assert second.cause == "the 2 seconds of the whole submission were used up"


def test_what_an_item_leaves_running_is_ended(sandbox: Sandbox) -> None:
    mark = f"left-{os.getpid()}"
    code = f"import subprocess\nsubprocess.Popen(['sh', '-c', 'sleep 600; : {mark}'])\n{RIGHT}"
    (outcome,) = run(sandbox, code)
    assert outcome.ended == "evidence"
    assert _processes(mark.encode()) == []


def test_leaving_early_ends_the_room(sandbox: Sandbox) -> None:
    outcomes = sandbox.run([job(RIGHT), job(RIGHT)], {}, PATIENT)
    next(outcomes)
    rooms = _rooms()
    assert rooms
    outcomes.close()  # type: ignore[attr-defined]
    _wait_until(lambda: not rooms & _rooms())


def test_a_room_that_is_killed_is_made_again(sandbox: Sandbox) -> None:
    others = _rooms()
    outcomes = sandbox.run([job(RIGHT), job(RIGHT)], {}, PATIENT)
    assert next(outcomes).ended == "evidence"
    (mine,) = _rooms() - others
    os.kill(mine, signal.SIGKILL)
    assert next(outcomes).ended == "evidence"


@pytest.mark.parametrize("bound", ["sleep", "memory", "output", "exit"])
def test_limits_hold_without_a_sandbox_too(unprotected: Sandbox, bound: str) -> None:
    code, limits, ended, cause = BOUNDS[bound]
    broken, right = run(unprotected, code, RIGHT, limits=limits)
    assert (broken.ended, broken.cause) == (ended, cause), broken
    assert right.ended == "evidence"


def test_without_bubblewrap_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match=r"apt-get install bubblewrap\), or give --no-sandbox"):
        open_sandbox()


def test_where_bubblewrap_does_not_work_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(CourseError, match=r"cannot keep submissions in \(.+\): allow .*--no-sand"):
        open_sandbox()


def test_a_secret_within_what_python_needs_is_refused() -> None:
    with pytest.raises(CourseError, match="lies in it: move it away"):
        view.find_view([Path(sys.prefix) / "class"])
    with pytest.raises(CourseError, match="a submission can read /usr"):
        view.find_view([Path("/usr/share/class")])


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_refused_call_is_sent_to_the_last_line_of_the_filter(machine: str) -> None:
    program = seccomp._program(machine)
    lines = [program[start : start + 8] for start in range(0, len(program), 8)]
    for number, line in enumerate(lines[3:-2], start=3):  # behind them: allow, refuse
        assert number + 1 + line[2] == len(lines) - 1, (machine, number)
        assert line[3] == 0


@pytest.mark.skipif(not cgroups.available(), reason="no control groups of one's own here")
def test_a_control_group_is_gone_when_it_is_closed() -> None:
    group = cgroups.Group.make(2**28, 10)
    folders = set(group.folders.values())
    assert folders and all(folder.is_dir() for folder in folders)
    group.close()
    assert not any(folder.exists() for folder in folders)


def _processes(mark: bytes) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if mark in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def _rooms() -> set[int]:
    """The first processes of all rooms, as this machine numbers them."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "comm").read_text() == "room\n":
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def _wait_until(met: object) -> None:
    deadline = time.monotonic() + 30
    while not met():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen within 30 seconds"
        time.sleep(0.02)
