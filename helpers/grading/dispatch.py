"""Keep the workers busy, a few submissions ahead of them, and try again what a death took along."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from helpers.errors import CourseError
from helpers.grading.workers import Crew

T = TypeVar("T")

AHEAD = 2  #: submissions that wait for a worker: enough to keep it busy, few enough for flat memory
TRIES = 3  #: of one submission, before it is given up
_ALONE = TRIES - 1
_SYSTEMATIC = 3  # different submissions in a row for which grading fails: it will for all
_KILLED = f"the process that graded it was killed, {TRIES} times"


@dataclass
class Task(Generic[T]):
    """One submission to be graded."""

    package: bytes
    ticket: T  #: what the caller knows it by
    tries: int = 0


@dataclass(frozen=True)
class Finished(Generic[T]):
    """What came back for one submission: a record's JSON, or why there is none."""

    ticket: T
    record: str = ""
    cause: str = ""
    crashed: bool = (
        False  #: its grading ended workers, or failed on it; else nothing is known of it
    )


class Dispatcher(Generic[T]):
    """Sends tasks to a crew and yields what comes back, in any order.

    A worker's death takes along all that is under way, and nobody knows which submission was the
    cause. All are tried again; the last try of each is alone, so that only the cause is given up.
    """

    def __init__(
        self, crew: Crew, patience: float, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        """Prepare.

        Args:
            crew: the workers.
            patience: seconds without any result after which the workers are taken for stuck.
            stopping: True: finish what is under way, begin nothing new.
        """
        self._crew, self._patience, self._stopping = crew, patience, stopping
        self._under_way: dict[Future[str], Task[T]] = {}
        self._again: deque[Task[T]] = deque()
        self._failing: list[Task[T]] = []

    @property
    def under_way(self) -> int:
        """How many submissions are with the workers."""
        return len(self._under_way)

    def results(self, tasks: Iterable[Task[T]]) -> Iterator[Finished[T]]:
        """Yield one result for each task; the tasks are taken as they are needed.

        Raises:
            CourseError: grading itself does not work.
        """
        waiting = iter(tasks)
        while True:
            self._fill(waiting)
            if not self._under_way:
                return
            done, _ = wait(self._under_way, self._patience, return_when=FIRST_COMPLETED)
            if not done and not self._crew.kill():
                raise CourseError(
                    f"no worker has answered for {self._patience:.0f} s: what is graded is kept, "
                    "run the same command again to go on"
                )
            yield from self._collect(done)

    def _fill(self, waiting: Iterator[Task[T]]) -> None:
        room = self._crew.size + AHEAD
        while len(self._under_way) < room and not self._stopping():
            alone = any(task.tries >= _ALONE for task in [*self._under_way.values(), *self._again])
            if alone and self._under_way:
                return
            task = self._next(waiting)
            if task is None:
                return
            try:
                self._under_way[self._crew.submit(task.package)] = task
            except BrokenExecutor:  # it tells here first, before the futures do
                self._again.appendleft(task)
                if self._under_way:
                    return
                self._crew.renew()

    def _next(self, waiting: Iterator[Task[T]]) -> Task[T] | None:
        """Return the next task; those that go alone first, so that few are kept in memory."""
        if self._again:
            task = max(self._again, key=lambda task: task.tries)
            self._again.remove(task)
            return task
        return next(waiting, None)

    def _collect(self, done: Iterable[Future[str]]) -> Iterator[Finished[T]]:
        broken = False
        for future in done:
            died, finished = self._read(future, self._under_way.pop(future))
            broken |= died
            if finished:
                yield finished
        if not broken:
            return
        self._crew.renew()  # ends every future: done, broken or cancelled
        for future in list(self._under_way):
            _, finished = self._read(future, self._under_way.pop(future))
            if finished:
                yield finished

    def _read(self, future: Future[str], task: Task[T]) -> tuple[bool, Finished[T] | None]:
        """Return whether the workers died, and the result unless it is tried again."""
        try:
            record = future.result()
        except BrokenExecutor:
            return True, self._charge(task, _KILLED, True)
        except CourseError as error:
            self._note_failure(task, str(error))
            return False, self._charge(task, str(error), False)
        except (Exception, asyncio.CancelledError) as error:
            if self._crew.gave_up(error):
                return False, Finished(task.ticket, cause=_KILLED, crashed=True)
            if isinstance(error, CancelledError):  # it had not begun
                self._again.append(task)
                return False, None
            cause = f"grading failed: {type(error).__name__}: {error}".splitlines()[0][:300]
            self._note_failure(task, cause)
            return False, self._charge(task, cause, True)
        self._failing.clear()
        return False, Finished(task.ticket, record)

    def _charge(self, task: Task[T], cause: str, crashed: bool) -> Finished[T] | None:
        task.tries += 1
        if task.tries < TRIES:
            self._again.append(task)
            return None
        return Finished(task.ticket, cause=cause, crashed=crashed)

    def _note_failure(self, task: Task[T], cause: str) -> None:
        if not any(task is failing for failing in self._failing):
            self._failing.append(task)
        if len(self._failing) >= _SYSTEMATIC:
            raise CourseError(f"{cause} (so for {_SYSTEMATIC} submissions in a row; stopped)")
