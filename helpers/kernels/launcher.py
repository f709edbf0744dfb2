"""Start a template where none runs, and connect to it: one for all processes of a user."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.errors import CourseError
from helpers.kernels import processes, wire
from helpers.storage import locked

IDLE_SECONDS = 600.0
"""After so long without a call a template ends by itself."""

START_SECONDS = 120.0
"""Generous: the first import after an installation reads gigabytes from the disk."""

LONGEST_PATH = 100
"""Of a socket, in bytes; systems allow 104 to 108."""

_ATTEMPTS = 3
_HELLO_BYTES = 4096


def obstacle() -> str:
    """Return why nothing can be started by fork on this system, or "".

    On macOS a process that has loaded the system's own frameworks must not be forked; Windows has
    no fork.
    """
    return "" if sys.platform == "linux" else f"forking is not safe on {sys.platform}"


def unwrapped(command: list[str]) -> list[str]:
    """Return a command as it is."""
    return command


@dataclass
class Template:
    """A template for one purpose. Processes that ask for the same thing share one.

    Another installed package, another file of `helpers`, another purpose: another template. The
    old one ends when nobody has called it for a while; forks live on without their template.
    """

    child: str  #: what a fork does: "package.module:function", called with the connection
    preload: Sequence[str] = ()  #: modules imported before; missing ones are skipped
    wrap: Callable[[list[str]], list[str]] = unwrapped  #: puts the command into a sandbox
    environment: Mapping[str, str] | None = None  #: all of it; None: that of this process
    folder: Path | None = None  #: for the socket and the log; default: a private one for the user
    idle: float = IDLE_SECONDS
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _called: Path | None = field(default=None, init=False, repr=False)  #: the last one's place

    def connect(self, timeout: float = START_SECONDS) -> socket.socket:
        """Return a connection to a new fork, which is about to call `child`.

        Starts the template where there is none. The caller closes the connection; it blocks.

        Args:
            timeout: seconds, for the imports and the fork together.

        Raises:
            CourseError: it cannot be started, or not in time.
        """
        if reason := obstacle():
            raise CourseError(f"there is no template here: {reason}")
        deadline = time.monotonic() + timeout
        place = self._called = self.place
        for _ in range(_ATTEMPTS):
            conn = _dial(place) or self._start_and_dial(place, deadline)
            if conn and _greeted(conn, deadline):
                return conn
            if time.monotonic() > deadline:
                break
        raise CourseError(f"the template did not start ({_last_words(place)}): see {place / 'log'}")

    def start(self) -> None:
        """Start the template where there is none, and do not wait for it.

        Raises:
            CourseError: it cannot be started.
        """
        if reason := obstacle():
            raise CourseError(f"there is no template here: {reason}")
        self._called = self.place
        if conn := _dial(self.place) or self._start_and_dial(self.place, _soon()):
            conn.close()

    @property
    def place(self) -> Path:
        """The folder of this template's socket, log and lock, for things as they are now."""
        return (self.folder or runtime_folder()) / f"{self._purpose()}-{installed()}"

    @property
    def pid(self) -> int | None:
        """The process that was started (the sandbox's, where there is one), if it runs."""
        return _running(self._called or self.place)

    def stop(self) -> None:
        """End the template at once. Its forks live on; in a sandbox they end with it."""
        pid = self.pid
        within = processes.descendants(pid) if pid and self.wrap is not unwrapped else []
        for process in [*within, pid] if pid else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while pid and processes.born(pid):  # a gigabyte takes a moment to give back
            time.sleep(0.01)
        if self._process is not None:
            self._process.wait()
            self._process = None
        with contextlib.suppress(FileNotFoundError):
            ((self._called or self.place) / "socket").unlink()

    def _purpose(self) -> str:
        """Name what the template is for, in 8 characters."""
        parts = [
            sys.executable,
            list(self.preload),
            self.child,
            self.wrap(["template"]),
            None if self.environment is None else sorted(self.environment.items()),
            self.idle,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]

    def _retire_others(self, place: Path) -> None:
        """End templates for the same purpose that are out of date; their forks live on.

        In a sandbox it is not certain that they would: there a template ends by being idle.
        """
        for other in place.parent.glob(f"{self._purpose()}-*"):
            pid = _running(other)
            if other == place or (pid and self.wrap is not unwrapped):
                continue
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            shutil.rmtree(other, ignore_errors=True)

    def _start_and_dial(self, place: Path, deadline: float) -> socket.socket | None:
        """Start the template, unless another process is quicker."""
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(place / "start", max(1.0, deadline - time.monotonic())):
            conn = _dial(place)
            if conn is None:
                self._retire_others(place)
                self._start(place)
                conn = _dial(place)
        return conn

    def _start(self, place: Path) -> None:
        """Listen on the socket and hand it to a new process: callers queue while it imports.

        Raises:
            CourseError: there is no such program, or no process to be had.
        """
        path = place / "socket"
        path.unlink(missing_ok=True)  # nobody listens there
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
            server.bind(_short(path))
            server.listen(128)
            command = [sys.executable, "-m", "helpers.kernels.template"]
            command += ["--fd", str(server.fileno()), "--child", self.child]
            command += ["--preload", ",".join(self.preload), "--idle", str(self.idle)]
            with (place / "log").open("wb") as log:
                try:
                    self._process = subprocess.Popen(
                        self.wrap(command),
                        pass_fds=[server.fileno()],
                        env=None if self.environment is None else dict(self.environment),
                        cwd="/",
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,  # a Ctrl-C in a terminal is not meant for it
                    )
                except OSError as error:
                    raise CourseError(f"the template cannot be started: {error}") from error
        pid = self._process.pid
        (place / "pid").write_text(f"{pid} {processes.born(pid)}")


def _running(place: Path) -> int | None:
    """Return the process that was started for a place, if it runs."""
    with contextlib.suppress(OSError, ValueError):
        pid, born = (place / "pid").read_text().split()
        if processes.born(int(pid)) == born:
            return int(pid)
    return None


def _soon() -> float:
    return time.monotonic() + START_SECONDS


def _dial(place: Path) -> socket.socket | None:
    """Connect to whoever listens; it may still be importing."""
    conn = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        conn.connect(_short(place / "socket"))
    except (FileNotFoundError, ConnectionRefusedError):
        conn.close()
        return None
    return conn


def _last_words(place: Path) -> str:
    """Return the end of a template's log."""
    with contextlib.suppress(OSError):
        lines = (place / "log").read_text("utf-8", "replace").strip().splitlines()
        if lines:
            return lines[-1]
    return "it said nothing"


def _greeted(conn: socket.socket, deadline: float) -> bool:
    """Wait for a fork's first word; False and closed if none came."""
    try:
        conn.settimeout(max(0.01, deadline - time.monotonic()))
        wire.close_all(wire.receive(conn, _HELLO_BYTES)[2])
        conn.settimeout(None)
        return True
    except (EOFError, ValueError, OSError):  # it died, or there is no room for a process now
        conn.close()
        return False


def runtime_folder() -> Path:
    """Return a folder for sockets that only this user can enter, with a short path.

    Raises:
        CourseError: another user was quicker to make a folder of that name.
    """
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    if not os.path.isdir(base) or not os.access(base, os.W_OK):
        base = tempfile.gettempdir()
    folder = Path(base) / f"past-the-wall-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise CourseError(
            f"{folder} is not private to this user: remove it, or set XDG_RUNTIME_DIR"
        )
    return folder


def installed() -> str:
    """Return a mark of what can be imported, in 8 characters.

    It changes with each package that is installed and with each edit of a file of `helpers`.
    """
    marks = [sys.version]
    for folder in sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}):
        with contextlib.suppress(OSError):
            marks.append(f"{folder} {os.stat(folder).st_mtime_ns}")
    marks += sorted(_marks(str(Path(__file__).resolve().parents[1])))
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:8]


def _marks(folder: str) -> Iterator[str]:
    """Yield path, date and size of each Python file below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _marks(entry.path)
            elif entry.name.endswith(".py"):
                found = entry.stat()
                yield f"{entry.path} {found.st_mtime_ns} {found.st_size}"


def _short(path: Path) -> str:
    """Return a socket's path.

    Raises:
        CourseError: it is too long for the system.
    """
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise CourseError(f"{path} is too long for a socket: choose a folder with a shorter path")
    return str(path)
