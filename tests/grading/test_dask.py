"""Grading on a Dask cluster: a real scheduler, and workers that share no folder with the engine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from running import (
    COUNT,
    WALL,
    Run,
    copy_of,
    descendants,
    grades,
    kill,
    make_class,
    records_in,
    wait_until,
)

from helpers.places import repository

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("bwrap") is None,
    reason="workers without the class's folder are made with bubblewrap",
)

#: What a worker prints when it starts: whether it could see the class if it tried.
WORKER = """
import os, subprocess, sys
address, *hidden = sys.argv[1:]
print("SEES", [path for path in hidden if os.path.exists(path)], flush=True)
os.execv(sys.executable, [sys.executable, "-m", "distributed.cli.dask_worker", address,
    "--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--local-directory", "/tmp/dask",
    "--death-timeout", "60"])
"""


@dataclass
class Cluster:
    """A scheduler and its workers."""

    address: str
    processes: list[subprocess.Popen[bytes]]
    logs: list[Path]

    def close(self) -> None:
        """End all of it."""
        for process in self.processes:
            kill([*descendants(process.pid), process.pid])
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def apart(hidden: Path, own_tmp: Path) -> list[str]:
    """Return the command that gives a process a view without `hidden`, and a /tmp of its own."""
    rights = [] if os.geteuid() else ["--cap-add", "ALL"]  # the sandbox within gives them up
    view = ["--dev-bind", "/", "/", "--bind", str(own_tmp), "/tmp"]
    for needed in {str(repository()), sys.prefix, sys.base_prefix}:  # they may lie below /tmp
        view += ["--bind", needed, needed]
    return ["bwrap", *rights, *view, "--tmpfs", str(hidden), "--die-with-parent"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_class(tmp_path_factory.mktemp("made"))


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return copy_of(made, tmp_path)


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(repository())}


@pytest.fixture
def cluster(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[Cluster]:
    """Start a scheduler and two workers that can see neither the class nor the submissions."""
    base = Path(tempfile.mkdtemp(prefix="dask-"))
    address = f"tcp://127.0.0.1:{free_port()}"
    logs = [base / name for name in ("scheduler.txt", "one.txt", "two.txt")]
    scheduler = [
        sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
        "--port", address.rpartition(":")[2], "--no-dashboard", "--no-show",
    ]  # fmt: skip
    commands = [scheduler]
    for name in ("one", "two"):
        (base / name).mkdir()
        hidden = [str(folder / "class"), str(folder / "handed-in")]
        worker = [sys.executable, "-c", WORKER, address, *hidden]
        commands.append([*apart(folder, base / name), *worker])
    made = Cluster(address, [], logs)
    try:
        for command, log in zip(commands, logs, strict=True):
            made.processes.append(
                subprocess.Popen(
                    command,
                    stdout=log.open("wb"),
                    stderr=subprocess.STDOUT,
                    env=environment,
                    cwd="/",
                    start_new_session=True,
                )
            )
        for log in logs[1:]:
            wait_until(lambda log=log: "Registered to" in log.read_text(), f"{log} joins")
        yield made
    finally:
        made.close()
        shutil.rmtree(base, ignore_errors=True)


def test_workers_that_share_no_folder(
    folder: Path, made: Path, tmp_path: Path, cluster: Cluster, environment: dict[str, str]
) -> None:
    assert all("SEES []" in log.read_text() for log in cluster.logs[1:])
    run = Run(folder, environment, "--scheduler", cluster.address)
    assert run.finish() == 0, run.errors
    assert Counter(run.states.values()) == {"graded": COUNT}
    (end,) = [event for event in run.events if event["event"] == "end"]
    assert end["sandbox"][0].startswith("bubblewrap")
    (tmp_path / "alone").mkdir()
    alone = copy_of(made, tmp_path / "alone")
    assert Run(alone, environment).finish() == 0
    assert grades(folder) == grades(alone)
    assert [path.name for path in records_in(folder)] == [path.name for path in records_in(alone)]
    again = Run(folder, environment, "--scheduler", cluster.address)
    assert again.finish() == 0
    assert Counter(again.states.values()) == {"unchanged": COUNT}


def test_a_worker_of_the_cluster_is_killed(
    folder: Path, cluster: Cluster, environment: dict[str, str]
) -> None:
    run = Run(folder, environment, "--scheduler", cluster.address)
    run.submissions(2)
    worker = cluster.processes[1]
    kill([*descendants(worker.pid), worker.pid])
    assert run.finish() == 0, run.errors
    assert Counter(run.states.values()) == {"graded": COUNT}


def test_the_scheduler_goes_away(
    folder: Path, cluster: Cluster, environment: dict[str, str]
) -> None:
    run = Run(folder, environment, "--scheduler", cluster.address)
    run.submissions(2)
    os.kill(cluster.processes[0].pid, signal.SIGKILL)
    assert run.finish() == 1
    assert "is gone: what is graded is kept" in run.errors
    assert len(records_in(folder)) >= 2
    done = Run(folder, environment)
    assert done.finish() == 0, done.errors
    assert len(done.states) == COUNT
    assert list(done.states.values()).count("unchanged") >= 2


def test_nobody_at_the_address(folder: Path, environment: dict[str, str]) -> None:
    run = Run(folder, environment, "--scheduler", f"tcp://127.0.0.1:{free_port()}")
    assert run.finish() == 1
    (line,) = [line for line in run.errors.splitlines() if line]
    assert "no scheduler answers" in line
    assert WALL not in line
