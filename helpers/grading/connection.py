"""One connection to a gradebook: transactions that wait for their turn, and errors in one line."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from nbgrader.api import Gradebook, InvalidEntry
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.orm import Session

from helpers.errors import CourseError
from helpers.places import put_programs_on_path

PATIENCE = 60.0
"""Seconds to wait while another program has locked the gradebook."""

_PAUSE = 0.2
_TURN = ("locked", "busy", "deadlock", "could not serialize")
_FULL = ("disk is full", "disk full", "no space left", "disk i/o error")

T = TypeVar("T")


class Connection:
    """nbgrader's gradebook, opened once.

    Args:
        url: as SQLAlchemy writes it.
        course_id: as nbgrader knows the class.
        patience: seconds to wait for another program.

    Raises:
        CourseError: there is no such gradebook, or it cannot be opened.
    """

    def __init__(self, url: str, course_id: str, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._url = _checked(url)
        self.name = _name_of(self._url)
        put_programs_on_path()  # a new database needs alembic's program
        self._book: Gradebook = self._patiently(lambda: Gradebook(url, course_id))
        self._book.db.remove()
        if self._url.get_backend_name() == "sqlite":
            _lock_at_once(self._book.engine)

    def close(self) -> None:
        """Give the connection back."""
        self._book.close()

    def transaction(self, work: Callable[[Session], T]) -> T:
        """Do all of `work` or nothing of it; it is called again where another program was first.

        Raises:
            CourseError: the gradebook stays locked, is full, or cannot be reached.
        """
        return self._patiently(lambda: self._once(work))

    def _once(self, work: Callable[[Session], T]) -> T:
        session = self._book.db
        try:
            with session.no_autoflush:  # what is new is written at once, at the end
                result = work(session())
            session.commit()
            return result
        finally:
            with suppress(SQLAlchemyError):  # the error that matters is on its way
                session.rollback()
            session.remove()

    def _patiently(self, work: Callable[[], T]) -> T:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return work()
            except (DBAPIError, InvalidEntry) as error:
                if not _comes_right(error) or time.monotonic() > deadline:
                    raise CourseError(self._line(error)) from error
            except (NoSuchModuleError, ModuleNotFoundError) as error:
                raise CourseError(
                    f"{self.name} cannot be opened, its driver is not installed ({error}): run "
                    "`uv sync --extra postgres` and write the address as postgresql+psycopg://…"
                ) from error
            time.sleep(_PAUSE)

    def _line(self, error: Exception) -> str:
        said = _said(error)
        if any(word in said.lower() for word in _TURN):
            return (
                f"{self.name} has been locked by another program for {self._patience:.0f} s: close "
                "what uses it and run this again. Nothing was changed."
            )
        if any(word in said.lower() for word in _FULL):
            return f"The disk is full: {self.name} was not changed. Free some space and run again."
        if "no such column" in said or "does not exist" in said:
            return (
                f"{self.name} was not made by this version of nbgrader ({said}): keep a copy of "
                "it, then run `nbgrader db upgrade` in the class."
            )
        return f"{self.name} cannot be used ({said}): correct that and run this again."


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise CourseError(
            f"{url!r} is not the address of a gradebook: write it like "
            "sqlite:////path/to/gradebook.db or postgresql+psycopg://user@host/name"
        ) from error
    path = parsed.database
    if parsed.get_backend_name() == "sqlite" and not (path and Path(path).is_file()):
        raise CourseError(
            f"there is no gradebook {path}: `course class init` makes one with the class."
        )
    return parsed


def _name_of(url: URL) -> str:
    """Name a gradebook for people, without its password."""
    if url.get_backend_name() == "sqlite":
        return f"the gradebook {url.database}"
    return f"the gradebook {url.render_as_string(hide_password=True)}"


def _comes_right(error: Exception) -> bool:
    """Whether doing it once more may help: another program was first, or the server restarted."""
    if isinstance(error, IntegrityError) or getattr(error, "connection_invalidated", False):
        return True
    if isinstance(error, (OperationalError, InvalidEntry)):
        return any(word in _said(error).lower() for word in _TURN)
    return False


def _said(error: Exception) -> str:
    """Return the first line of what the database said."""
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _lock_at_once(engine: Any) -> None:
    """Begin with SQLite's write lock: what was read stays true until it is written.

    Python's driver would begin only at the first change, after the reading.
    """

    def connected(connection: Any, record: object) -> None:
        connection.isolation_level = None

    def begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    engine.dispose()  # connections made before do not know
