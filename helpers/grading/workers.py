"""Who grades: processes of this machine, or a Dask cluster. Both are asked through futures.

Only bytes, text and plain settings travel, in both directions. A worker shares no folder with the
engine; it needs the course installed, in the same version.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import connection, forkserver
from typing import Any, Protocol

from helpers.errors import CourseError

#: What a worker calls: the package, and settings as plain data; it answers with a record's JSON.
Work = Callable[[bytes, Mapping[str, Any]], str]

#: Whether it can, and what keeps submissions in; given the same settings.
Ready = Callable[[Mapping[str, Any]], str]

_PRELOADED = ["helpers.grading.grade_one", "helpers.grading.judging"]
_METHOD = "forkserver" if sys.platform == "linux" else "spawn"
_REFRESH = 5.0  # seconds until a cluster is asked again for its workers
_PATIENCE = 30.0  # seconds until a scheduler has answered, and has a worker


class Crew(Protocol):
    """Some workers behind `concurrent.futures`."""

    @property
    def size(self) -> int:
        """How many submissions are graded at once."""

    def examine(self, ready: Ready) -> str:
        """Return what keeps submissions in, where they are graded.

        Raises:
            CourseError: they cannot be graded there.
        """

    def submit(self, package: bytes) -> Future[str]:
        """Have one submission graded.

        Raises:
            BrokenExecutor: a worker died; `renew` before the next one.
        """

    def renew(self) -> None:
        """Replace the workers after one of them died: what they had under way is lost."""

    def kill(self) -> bool:
        """End workers that do not answer; what they had under way fails then. False: cannot."""

    def gave_up(self, error: BaseException) -> bool:
        """Tell whether a future failed because its own submission has killed worker on worker."""

    def close(self, at_once: bool = False) -> None:
        """Let all go; `at_once` without waiting for what is under way."""


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class LocalCrew:
    """Processes of this machine, forked from a server that has imported all they need."""

    def __init__(self, size: int, work: Work, settings: Mapping[str, Any]) -> None:
        self._size, self._work, self._settings = size, work, dict(settings)
        self._executor: Executor | None = None
        self._others = set(multiprocessing.active_children())

    @property
    def size(self) -> int:
        return self._size

    def examine(self, ready: Ready) -> str:
        if _METHOD == "forkserver":
            multiprocessing.get_context(_METHOD).set_forkserver_preload(_PRELOADED)
            forkserver.ensure_running()  # it imports meanwhile
        return ready(self._settings)

    def submit(self, package: bytes) -> Future[str]:
        if self._executor is None:
            self._executor = self._start()
        return self._executor.submit(self._work, package, self._settings)

    def _start(self) -> Executor:
        # Never a fork of this process: it has threads and an open gradebook.
        context = multiprocessing.get_context(_METHOD)
        return ProcessPoolExecutor(self._size, mp_context=context, initializer=_begin)

    def renew(self) -> None:
        self.kill()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = None

    def kill(self) -> bool:
        for process in set(multiprocessing.active_children()) - self._others:
            process.kill()
        return True

    def gave_up(self, error: BaseException) -> bool:
        return False  # any of those under way may have been the cause: see `Dispatcher`

    def close(self, at_once: bool = False) -> None:
        if at_once:
            self.kill()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


def _begin() -> None:
    """Prepare a worker: Ctrl-C is the engine's affair, and without the engine there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


@dataclass
class DaskCrew:
    """The workers of a Dask cluster; use `DaskCrew.join`."""

    address: str
    client: Any
    executor: Executor
    work: Work
    settings: Mapping[str, Any]
    _size: int = field(default=1, init=False)
    _asked: float = field(default=-math.inf, init=False)

    @classmethod
    def join(cls, address: str, work: Work, settings: Mapping[str, Any]) -> DaskCrew:
        """Connect to the scheduler at `address`, such as tcp://grader:8786.

        Raises:
            CourseError: dask is not installed, nobody answers there, or no worker joins in time.
        """
        try:
            import distributed
        except ImportError as error:
            raise CourseError(
                "--scheduler needs Dask: install the extra `cluster` (uv sync --extra cluster)"
            ) from error
        # What goes wrong is told in one line; its own are for its developers.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CourseError(
                f"no scheduler answers at {address} ({reason}): start `dask scheduler`, "
                "or leave --scheduler out"
            ) from error
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except (OSError, TimeoutError) as error:
            client.close()
            raise CourseError(
                f"the scheduler at {address} has no workers: start `dask worker {address}`"
            ) from error
        # The same submission twice is graded twice: nothing is looked up by what goes in.
        return cls(address, client, client.get_executor(pure=False), work, dict(settings))

    @property
    def size(self) -> int:
        if time.monotonic() > self._asked + _REFRESH:  # workers come and go
            with self._connected():
                self._size = max(1, sum(self.client.nthreads().values()))
            self._asked = time.monotonic()
        return self._size

    @contextlib.contextmanager
    def _connected(self) -> Iterator[None]:
        """Say in one line that the scheduler is gone, whatever Dask raises for it."""
        from distributed.comm import CommClosedError

        try:
            yield
        except (OSError, CommClosedError, RuntimeError, CancelledError) as error:
            raise CourseError(
                f"the scheduler at {self.address} is gone: what is graded is kept, "
                "run the same command again to go on"
            ) from error

    def examine(self, ready: Ready) -> str:
        try:
            found = self.client.run(ready, self.settings)
        except (ImportError, AttributeError, pickle.UnpicklingError) as error:
            raise CourseError(
                f"the workers of {self.address} do not have the course ({error}): install it there"
            ) from error
        return "; ".join(sorted(set(found.values())))

    def submit(self, package: bytes) -> Future[str]:
        with self._connected(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a package of some MB is no mistake
            return self.executor.submit(self.work, package, self.settings)

    def renew(self) -> None:
        """The scheduler replaces its workers by itself."""

    def kill(self) -> bool:
        return False

    def gave_up(self, error: BaseException) -> bool:
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        if isinstance(error, (CancelledError, CommClosedError, asyncio.CancelledError)):
            with self._connected():
                raise CommClosedError from error
        return isinstance(error, KilledWorker)

    def close(self, at_once: bool = False) -> None:
        with contextlib.suppress(Exception):  # it may be gone: nothing is lost by that
            self.executor.shutdown(wait=not at_once)
        with contextlib.suppress(Exception):
            self.client.close(timeout=_PATIENCE / 10)
