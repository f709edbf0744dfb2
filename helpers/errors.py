"""The one exception a learner may meet."""

from __future__ import annotations


class CourseError(Exception):
    """One clear line: what is wrong and what to do about it.

    Notebooks show the line alone. The traceback of a wrong path or of a missing network
    teaches nobody anything.
    """

    def _render_traceback_(self) -> list[str]:
        """Tell IPython what to show instead of a traceback."""
        return [f"CourseError: {self}"]
