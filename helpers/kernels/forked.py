"""A fork of the template becomes a Jupyter kernel: the side of whoever asked for it."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Any

from helpers.errors import CourseError
from helpers.kernels import wire

_EVENT_BYTES = 4096


class ForkedKernel:
    """A kernel's process, as `subprocess.Popen` shows one. It lives as long as its connection."""

    stdin = stdout = stderr = None

    def __init__(self, conn: socket.socket) -> None:
        self._conn = conn
        self.pid = 0
        self.returncode: int | None = None

    @classmethod
    def start(
        cls, conn: socket.socket, request: Mapping[str, Any], files: Sequence[int], seconds: float
    ) -> ForkedKernel:
        """Ask a fork to become a kernel; return when it listens.

        Args:
            conn: from `Template.connect`; it belongs to the kernel from here on.
            request: see `kernel.serve`.
            files: standard output and standard error.
            seconds: to wait.

        Raises:
            CourseError: it ended before, or it took too long; nothing is left of it.
        """
        kernel = cls(conn)
        deadline = time.monotonic() + seconds
        try:
            wire.send(conn, dict(request), fds=files)
            while not kernel.pid and kernel.returncode is None:
                kernel._listen(deadline - time.monotonic())
        except BaseException:
            kernel.close()
            raise
        if kernel.returncode is not None:
            kernel.close()
            raise CourseError(f"a warm kernel ended with status {kernel.returncode} as it started")
        return kernel

    def poll(self) -> int | None:
        """Return the exit status, negative for a signal; None while it runs."""
        with contextlib.suppress(CourseError):
            while self.returncode is None:
                self._listen(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; return the exit status.

        Raises:
            subprocess.TimeoutExpired: it runs longer than `timeout` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            try:
                self._listen(None if deadline is None else deadline - time.monotonic())
            except CourseError as error:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0) from error
        self.close()
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it has started."""
        with contextlib.suppress(OSError):  # it has ended: as good as sent
            wire.send(self._conn, {"signal": int(signum)})

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """End the connection, and with it the kernel, if it still runs."""
        self._conn.close()

    def _listen(self, seconds: float | None) -> None:
        """Take in the next event.

        Raises:
            CourseError: there was none in time.
        """
        limit = None if seconds is None else max(0.0, seconds) * 1000
        poll = select.poll()  # not select: a server may have more than 1024 files open
        poll.register(self._conn, select.POLLIN)
        if not poll.poll(limit):
            raise CourseError("a warm kernel did not answer in time")
        try:
            event = wire.receive(self._conn, _EVENT_BYTES)[0]
        except (EOFError, OSError, ValueError):
            self.returncode = -signal.SIGKILL  # whoever watched it was killed, and it with them
            return
        if event["event"] == "ready":
            self.pid = event["pid"]
        elif event["event"] == "exit":
            self.returncode = event["code"]
