"""The sandbox as the engine sees it."""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, get_args

from helpers.errors import CourseError
from helpers.grading.core import Ended, Job, Limits, Outcome, Sandbox
from helpers.grading.sandbox import cgroups, supervisor
from helpers.grading.sandbox.view import View, environment, find_view, plain_environment
from helpers.kernels import wire
from helpers.kernels.launcher import IDLE_SECONDS, Template, obstacle, unwrapped

RUNNER = "helpers.grading.runner:run_job"

PATIENCE = 150.0
"""Seconds after the last moment an item may take, until its room counts as dead."""

_OVERHEAD_MB = 96  # of process 1: evidence on its way, pages that it has written to
_ROOM = "helpers.grading.sandbox.room"


class _Dead(Exception):
    """A room has ended, or says that it does not work. `str` says what is known."""


@dataclass(frozen=True)
class Settings:
    """What a sandbox is made of; plain data."""

    no_sandbox: bool = False  #: run submissions where the grader runs
    runner: str = RUNNER
    preload: tuple[str, ...] | None = None  #: None: what the runner asks for
    keep_away: tuple[str, ...] = ()  #: folders that no submission may see
    idle: float = IDLE_SECONDS  #: seconds after which the template ends


def open_sandbox(no_sandbox: bool = False, settings: Settings | None = None) -> Sandbox:
    """Return the sandbox of this machine, tried out.

    Args:
        no_sandbox: run submissions unprotected, with limits for time and memory only.
        settings: everything else; for tests and workers.

    Raises:
        CourseError: submissions cannot be kept in here; the line says what to do.
    """
    settings = replace(settings or Settings(), no_sandbox=no_sandbox)
    if reason := obstacle():
        raise CourseError(f"submissions can be graded on Linux only: {reason}")
    if no_sandbox:
        template = _template(settings, "enter_plain", plain_environment())
        return BubblewrapSandbox(template, "none: rlimits only", settings.runner)
    view = find_view([Path(path) for path in settings.keep_away])
    works = examine(view)
    template = _template(settings, "enter", environment(), view)
    names = tuple(name for name, _ in view.pictures)
    return BubblewrapSandbox(template, _what_holds(works), settings.runner, view.kept, names, True)


def examine(view: View) -> dict[str, Any]:
    """Try everything that a room needs; return what of the rest works.

    Raises:
        CourseError: it does not work here.
    """
    command = view.wrap([sys.executable, "-m", "helpers.grading.sandbox.probe"])
    try:
        done = subprocess.run(
            command, env=environment(), cwd="/", capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CourseError(_no_sandbox(view, str(error))) from error
    try:
        if done.returncode == 0:
            return dict(json.loads(done.stdout))
    except ValueError:
        pass
    lines = done.stderr.strip().splitlines() or ["it said nothing"]
    raise CourseError(_no_sandbox(view, lines[-1][:300]))


def _no_sandbox(view: View, reason: str) -> str:
    return (
        f"{view.program} cannot keep submissions in ({reason}): allow unprivileged user "
        "namespaces on this machine, or give --no-sandbox to run submissions unprotected"
    )


def _template(
    settings: Settings, child: str, variables: Mapping[str, str], view: View | None = None
) -> Template:
    preload = _preload() if settings.preload is None else settings.preload
    wrap = view.wrap if view else unwrapped
    return Template(f"{_ROOM}:{child}", preload, wrap, variables, idle=settings.idle)


def _preload() -> Sequence[str]:
    from helpers.grading.runner import PRELOAD  # it imports torch, which a test need not wait for

    return PRELOAD


def _what_holds(works: Mapping[str, Any]) -> str:
    parts = ["bubblewrap", "rlimits"]
    if works.get("seccomp"):
        parts.append("seccomp")
    if controllers := cgroups.available():
        parts.append(f"cgroups ({', '.join(controllers)})")
    return ", ".join(parts)


@dataclass
class BubblewrapSandbox:
    """Rooms for submissions, forked from one template; see `core.Sandbox`. Use `open_sandbox`."""

    template: Template
    holds: str
    runner: str
    kept: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    grouped: bool = False  #: use control groups where that is possible
    _open: set[_Visit] = field(default_factory=set, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def run(
        self, jobs: Sequence[Job], files: Mapping[str, bytes], limits: Limits
    ) -> Iterator[Outcome]:
        """Run the items of one submission, one after another, in a room of their own.

        Raises:
            CourseError: the room died twice at one item, or cannot be made.
        """
        _refuse_names(files)
        enter = functools.partial(self._enter, files, limits)
        visit: _Visit | None = None
        left = limits.submission_seconds
        try:
            for job in jobs:
                if left <= 0:
                    yield Outcome("timeout", cause=_used_up(limits))
                    continue
                visit, outcome = self._run_item(visit, enter, job, limits, left)
                left -= outcome.seconds
                yield outcome
        finally:
            self._leave(visit)

    def close(self) -> None:
        """End all rooms that are open. The template stays for others, until nobody comes."""
        with self._lock:
            visits, self._open = self._open, set()
        for visit in visits:
            visit.close()

    def _run_item(
        self,
        visit: _Visit | None,
        enter: Callable[[], _Visit],
        job: Job,
        limits: Limits,
        left: float,
    ) -> tuple[_Visit, Outcome]:
        """Run one item, in a second room if the first one dies.

        Raises:
            CourseError: the second one died too.
        """
        reason = ""
        for _ in range(2):
            try:
                visit = visit or enter()
                return visit, visit.run(job, limits, left)
            except _Dead as dead:
                reason = str(dead)
                self._leave(visit)
                visit = None
        raise CourseError(f"the sandbox died twice at {job.exercise} ({reason}): try again")

    def _enter(self, files: Mapping[str, bytes], limits: Limits) -> _Visit:
        names = list(files)
        message = {
            "files": [[name, len(files[name])] for name in names],
            "limits": asdict(limits),
            "runner": self.runner,
            "kept": self.kept,
            "pictures": self.pictures,
        }
        payload = b"".join(files[name] for name in names)
        visit = _Visit(self.template.connect(), self._group(limits, len(payload)))
        with self._lock:
            self._open.add(visit)
        try:
            visit.furnish(message, payload)
        except BaseException:
            self._leave(visit)
            raise
        return visit

    def _group(self, limits: Limits, own_bytes: int) -> cgroups.Group:
        if not self.grouped:
            return cgroups.Group({})
        memory = (limits.memory_mb + limits.disk_mb + _OVERHEAD_MB) * 2**20 + own_bytes
        return cgroups.Group.make(memory, limits.processes + 2)

    def _leave(self, visit: _Visit | None) -> None:
        if visit:
            with self._lock:
                self._open.discard(visit)
            visit.close()


@dataclass(eq=False)
class _Visit:
    """One room, from outside."""

    conn: socket.socket
    group: cgroups.Group

    def furnish(self, message: Mapping[str, Any], payload: bytes) -> None:
        """Hand over the submission's files and its limits.

        Raises:
            _Dead: the room does not work.
        """
        self.conn.settimeout(PATIENCE)
        self._send(dict(message), payload)
        _, _, fds = self._receive()
        try:
            for fd in fds[:1]:
                self.group.add(_pid_of(fd))
        except OSError as error:
            raise _Dead(f"its control group cannot be used: {error}") from error
        finally:
            wire.close_all(fds)

    def run(self, job: Job, limits: Limits, left: float) -> Outcome:
        """Run one item.

        Raises:
            _Dead: the room has died, or does not work.
        """
        own = {key: value for key, value in asdict(job).items() if key != "seed"}
        seconds, why = limits.item_seconds, f"ran for more than {limits.item_seconds:g} seconds"
        if left < seconds:
            seconds, why = left, _used_up(limits)
        self.conn.settimeout(seconds + PATIENCE)
        killed = self.group.killed()
        self._send({"job": own, "seconds": seconds, "why": why})
        message, evidence, fds = self._receive()
        while message.get("seed"):
            wire.close_all(fds)
            self._send({"seed": job.seed})
            message, evidence, fds = self._receive()
        wire.close_all(fds)
        outcome = _outcome(message, evidence)
        if outcome.ended == "crash" and self.group.killed() > killed:
            cause = f"used more than {limits.memory_mb} MB of memory"
            return replace(outcome, ended="memory", cause=cause)
        return outcome

    def close(self) -> None:
        """Leave: the room and all in it end."""
        with contextlib.suppress(OSError):
            self.conn.shutdown(socket.SHUT_RDWR)
        self.conn.close()
        self.group.close()

    def _send(self, message: dict[str, Any], payload: bytes = b"") -> None:
        try:
            wire.send(self.conn, message, payload)
        except OSError as error:
            raise _Dead(f"its room has ended: {error}") from error

    def _receive(self) -> tuple[dict[str, Any], bytes, list[int]]:
        try:
            message, payload, fds = wire.receive(self.conn, supervisor.EVIDENCE_BYTES + (1 << 20))
        except TimeoutError as error:
            raise _Dead("its room does not answer") from error
        except (EOFError, ValueError, OSError) as error:
            raise _Dead(f"its room has ended: {error}") from error
        if "broken" in message:
            wire.close_all(fds)
            raise _Dead(str(message["broken"])[:300])
        return message, payload, fds


def _outcome(message: Mapping[str, Any], evidence: bytes) -> Outcome:
    """Read what a room says of an item.

    Raises:
        _Dead: it makes no sense.
    """
    try:
        outcome = Outcome(**message["outcome"], evidence=evidence)
    except (KeyError, TypeError) as error:
        raise _Dead(f"its room speaks in riddles: {error}") from error
    if outcome.ended not in get_args(Ended):
        raise _Dead("its room speaks in riddles")
    return outcome


def _used_up(limits: Limits) -> str:
    return f"the {limits.submission_seconds:g} seconds of the whole submission were used up"


def _pid_of(pidfd: int) -> int:
    """Return the number by which this process knows a process in another PID namespace."""
    for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    raise OSError("no process behind it")


def _refuse_names(files: Mapping[str, bytes]) -> None:
    """Make sure that every file stays in its folder.

    Raises:
        CourseError: one would not.
    """
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
            raise CourseError(f"a file of the submission is called {name!r}: rename or remove it")
