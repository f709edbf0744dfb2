"""Grade a class: many submissions at once, each recorded as soon as it is graded.

The engine alone knows the class. It takes submissions one at a time, hands what is new to the
workers, and writes what comes back: the record first, then the gradebook, then that it is there. A
run that ends at any moment, by any cause, is finished by the next one.
"""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from helpers.errors import CourseError
from helpers.grading.classes import TIMESTAMP, ClassFolder, WrongUse
from helpers.grading.core import Limits, Package, Record, Result
from helpers.grading.dispatch import Dispatcher, Finished, Task
from helpers.grading.grade_one import grade_one, ready, settings_for
from helpers.grading.intake import Refused, Submission, intake
from helpers.grading.master import Master, read_master
from helpers.grading.progress import Event, Reporter, Summary
from helpers.grading.rebuild import Rebuilt, rebuild
from helpers.grading.records import (
    Records,
    Standing,
    context_of,
    record_key,
    sources_identity,
)
from helpers.grading.workers import Crew, DaskCrew, LocalCrew, Ready, Work, cores

if TYPE_CHECKING:
    from helpers.grading.gradebook import GradebookWriter

_GRACE = 180.0  # seconds beyond a submission's own limit until workers are taken for stuck
_LONGEST_TIMESTAMP = 100  # bytes
_IN_A_ROW = 3  # submissions that cannot be entered: none can


@dataclass(frozen=True)
class Order:
    """What is to be graded, and how."""

    submissions: Path
    folder: Path  #: of the class
    lesson: str | None = None  #: part of its name; None: all
    workers: int | None = None  #: None: one a core
    scheduler: str | None = None  #: address of a Dask scheduler
    seed: int | None = None  #: None: the class's own
    roster: Path | None = None
    no_sandbox: bool = False
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Ticket:
    """A submission that is with the workers."""

    submission: Submission
    key: str
    rebuilt: Rebuilt

    @property
    def whose(self) -> tuple[str, str]:
        """Student and lesson."""
        return self.submission.student, self.submission.lesson


def grade_class(
    order: Order, reporter: Reporter, work: Work = grade_one, examine: Ready = ready
) -> Summary:
    """Grade what is new in a folder of submissions; enter all of it into the class's gradebook.

    Args:
        order: what, and how.
        reporter: told of everything.
        work, examine: what a worker does, and whether it can; others only in tests.

    Raises:
        WrongUse: there is no such class, lesson or folder.
        CourseError: it cannot go on: no sandbox, a full disk, another engine. What is recorded
            stays, and is not done again.
        KeyboardInterrupt: Ctrl-C, twice.
    """
    room = ClassFolder(order.folder)
    if not order.submissions.exists():
        raise WrongUse(f"{order.submissions} does not exist: name a folder of submissions")
    with room.locked(), stop_on_interrupt() as stopping:
        return _Run(order, room, reporter, stopping).finish(work, examine)


@dataclass(frozen=True)
class _Lesson:
    """What the class says about one lesson."""

    master: Master
    secret: str  #: of the class, where it scores the lesson
    context: str  #: all that a grading depends on besides the submission


class _Run:
    """One run over one class."""

    def __init__(
        self, order: Order, room: ClassFolder, reporter: Reporter, stopping: Callable[[], bool]
    ) -> None:
        self._order, self._room, self._reporter, self._stopping = order, room, reporter, stopping
        self._records = Records(room.folder)
        self._lessons = [room.lesson(order.lesson)] if order.lesson else room.lessons
        self._seed = room.seed() if order.seed is None else order.seed
        self._sources = sources_identity()
        self._masters: dict[str, _Lesson] = {}
        self._gradebook: GradebookWriter | None = None
        self._failed_entries = 0
        self._summary = Summary(str(order.folder))

    def finish(self, work: Work, examine: Ready) -> Summary:
        """Do all there is to do."""
        started = time.monotonic()
        settings = settings_for(
            self._order.limits,
            self._order.no_sandbox,
            keep_away=() if self._order.scheduler else (str(self._room.folder),),
            sources=self._sources if self._order.scheduler else "",
        )
        crew = self._crew(work, settings)
        dispatcher: Dispatcher[Ticket] = Dispatcher(
            crew, self._order.limits.submission_seconds + _GRACE, self._stopping
        )
        at_once = True
        try:
            for finished in dispatcher.results(self._tasks(crew, examine)):
                self._take(finished)
            at_once = False
        finally:
            crew.close(at_once)
            if self._gradebook is not None:
                self._gradebook.close()
            self._summary.seconds = time.monotonic() - started
            self._summary.stopped = at_once or self._stopping()
            self._reporter.end(self._summary)
        return self._summary

    def _crew(self, work: Work, settings: dict[str, object]) -> Crew:
        if self._order.scheduler:
            return DaskCrew.join(self._order.scheduler, work, settings)
        return LocalCrew(self._order.workers or cores(), work, settings)

    # What goes to the workers.

    def _tasks(self, crew: Crew, examine: Ready) -> Iterator[Task[Ticket]]:
        holds = ""
        found = intake(
            self._order.submissions, self._lessons, self._order.roster, known=self._room.lessons
        )
        self._reporter.begin(len(found), f"{crew.size} workers")
        for _, group in itertools.groupby(found, lambda one: (one.student, one.lesson)):
            for task in self._tasks_of(list(group)):
                if not holds:  # not before: where nothing is new, nothing needs to run
                    holds = crew.examine(examine)
                    self._reporter.note(f"sandbox: {holds}")
                    # It takes seconds, which the workers need to begin, too.
                    threading.Thread(target=_gradebook_writer).start()
                yield task

    def _tasks_of(self, group: list[Submission | Refused]) -> Iterator[Task[Ticket]]:
        """Yield the task of one learner in one lesson; refuse what cannot be taken."""
        accepted = any(isinstance(one, Submission) for one in group)
        for one in group:
            if isinstance(one, Submission):
                if task := self._task(one):
                    yield task
            elif accepted:  # the one beside it is the one that counts
                self._say(Event(one.student, one.lesson, "refused", cause=one.cause))
            else:
                self._refuse(one.student, one.lesson, one.cause)

    def _task(self, submission: Submission) -> Task[Ticket] | None:
        """Return what is to be executed for a submission; None where that was done before."""
        student, lesson = submission.student, submission.lesson
        given = self._lesson(lesson)
        key = record_key(submission.notebook, submission.files, given.context)
        if not self._keep_original(submission):
            return None
        record = self._records.find(lesson, student, key)
        standing = self._records.standing(lesson, student)
        if record and record.final and standing and standing.key == key:
            self._tell(record, "unchanged")
            return None
        ticket = Ticket(submission, key, rebuild(submission.notebook, given.master))
        if record and record.final:
            self._enter(ticket, record, "entered")
            return None
        return Task(self._package(ticket).to_bytes(), ticket)

    def _lesson(self, name: str) -> _Lesson:
        if name not in self._masters:
            master, secret = read_master(self._room.master(name)), self._room.secret(name)
            context = context_of(
                master.identity,
                self._seed,
                secret,
                self._order.limits,
                not self._order.no_sandbox,
                self._sources,
            )
            self._masters[name] = _Lesson(master, secret, context)
        return self._masters[name]

    def _package(self, ticket: Ticket) -> Package:
        submission, rebuilt = ticket.submission, ticket.rebuilt
        return Package(
            student=submission.student,
            lesson=submission.lesson,
            seed=self._seed,
            items=rebuilt.items,
            manual=rebuilt.manual,
            files=submission.files,
            secret=self._lesson(submission.lesson).secret,
            key=ticket.key,
            notes=(*submission.notes, *rebuilt.notes),
        )

    def _keep_original(self, submission: Submission) -> bool:
        """Put a submission into the class's own `submitted/`; False: that is impossible."""
        if self._order.submissions.resolve() == self._room.submitted.resolve():
            return True
        student, lesson = submission.student, submission.lesson
        files = {**submission.files, f"{lesson}.ipynb": submission.notebook}
        try:
            files |= _timestamp(submission.origin)
            self._room.keep_original(student, lesson, files)
        except (CourseError, OSError, ValueError) as error:
            self._not_entered(student, lesson, error)
            return False
        return True

    # What comes back.

    def _take(self, finished: Finished[Ticket]) -> None:
        ticket = finished.ticket
        if not finished.record and not finished.crashed:
            self._refuse(*ticket.whose, finished.cause, "failed")
            return
        if finished.record:
            record = self._complete(ticket, Record.from_json(finished.record))
        else:
            record = self._crash_record(ticket, finished.cause)
        self._records.save(record)
        self._enter(ticket, record, "graded")

    def _complete(self, ticket: Ticket, record: Record) -> Record:
        """Add what the engine knows; a worker answers for this submission and no other."""
        if (record.student, record.lesson, record.key) != (*ticket.whose, ticket.key):
            raise CourseError("a worker has mixed up two submissions: stopped, nothing was entered")
        return replace(record, answers=dict(ticket.rebuilt.answers), graded_at=_now())

    def _crash_record(self, ticket: Ticket, cause: str) -> Record:
        """What is known where grading ended workers: no points, and the next run tries again."""
        student, lesson = ticket.whose
        results = tuple(
            Result(item.grade_id, item.exercise, "crash", 0.0, item.points, cause=cause)
            for item in ticket.rebuilt.items
        )
        record = Record(
            ticket.key, student, lesson, results, ticket.rebuilt.manual,
            notes=(*ticket.rebuilt.notes, cause), final=False,
        )  # fmt: skip
        return self._complete(ticket, record)

    def _enter(self, ticket: Ticket, record: Record, state: str) -> None:
        """Put a record into the gradebook, then note that it is there."""
        student, lesson = ticket.whose
        try:
            self._writer().enter(record, ticket.rebuilt.notebook)
        except Exception as error:
            self._not_entered(student, lesson, error)
            return
        self._failed_entries = 0
        self._records.settle(Standing(student, lesson, record.key, _now()))
        self._tell(record, state)

    def _refuse(self, student: str, lesson: str, cause: str, state: str = "refused") -> None:
        """Enter that there is no grade, unless that is known; who it is from may not be."""
        if student and lesson:
            standing = self._records.standing(lesson, student)
            if not standing or standing.refused != cause:
                try:
                    self._writer().refuse(student, lesson, cause)
                except Exception as error:
                    self._not_entered(student, lesson, error)
                    return
                self._failed_entries = 0
                self._records.settle(Standing(student, lesson, "", _now(), cause))
        self._say(Event(student, lesson, "failed" if state == "failed" else "refused", cause=cause))

    def _not_entered(self, student: str, lesson: str, error: Exception) -> None:
        """Go on without this one; not when no one can be entered."""
        self._failed_entries += 1
        reason = (
            str(error) if isinstance(error, CourseError) else f"{type(error).__name__}: {error}"
        )
        cause = f"not entered: {reason}"
        self._say(Event(student, lesson, "failed", cause=cause))
        if self._failed_entries >= _IN_A_ROW:
            raise CourseError(reason) from error

    def _writer(self) -> GradebookWriter:
        if self._gradebook is None:
            self._gradebook = _gradebook_writer()(self._room.folder)
        return self._gradebook

    # What is said.

    def _tell(self, record: Record, state: str) -> None:
        """Report a submission from its record."""
        verdicts = Counter(result.verdict for result in record.results)
        unread = bool(verdicts) and set(verdicts) == {"unreadable"}
        for result in record.results:
            if result.finding and result.verdict != "not-started":
                named = result.exercise, result.finding
                self._summary.findings[named] += 1
                self._summary.messages.setdefault(named, result.message)
        if record.sandbox:
            self._summary.holds[record.sandbox] += 1
        shown = "refused" if unread else state if record.final else "failed"
        self._say(
            Event(
                record.student,
                record.lesson,
                shown,  # type: ignore[arg-type]
                dict(verdicts),
                sum(result.points for result in record.results),
                sum(result.max_points for result in record.results),
                record.seconds,
                record.results[0].cause if shown in ("refused", "failed") else "",
            )
        )

    def _say(self, event: Event) -> None:
        self._summary.add(event)
        self._reporter.event(event)


def _timestamp(origin: Path) -> dict[str, bytes]:
    """Return nbgrader's note of when a notebook was handed in: it decides about lateness."""
    path = origin.with_name(TIMESTAMP)
    if origin.suffix != ".ipynb" or path.is_symlink() or not path.is_file():
        return {}
    with path.open("rb") as file:
        return {TIMESTAMP: file.read(_LONGEST_TIMESTAMP)}


def _gradebook_writer() -> type[GradebookWriter]:
    from helpers.grading.gradebook import GradebookWriter  # slow: nbgrader and torch

    return GradebookWriter


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Take the first Ctrl-C as a wish to finish; the second one ends the block.

    Yields:
        Whether to begin nothing new.
    """
    stopping = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopping.is_set
        return

    def interrupt(signum: int, frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()
        # Not through a stream: the interrupt may have come in the middle of a write to it.
        os.write(2, b"\ncourse: finishing what is under way; Ctrl-C again stops at once\n")

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield stopping.is_set
    finally:
        signal.signal(signal.SIGINT, before)
