"""Whether an answer calls the library's own version of what it should build.

Stand-ins take the place of those versions before the first cell runs, wherever the library keeps
them, so that an alias, an import by name or a `functools.partial` gets one as well. They work as
before and record who called. Calls by the library itself, and by code of the lesson, do not count.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

from helpers.checks import observe

_LIBRARY = str(Path(__file__).parents[1]) + os.sep
#: These call an answer. Where one of them calls a stand-in, the answer *is* the library's version.
_CALLERS = tuple(str(Path(_LIBRARY, part)) + os.sep for part in ("checks", "grading"))
#: Where every answer is called, and nothing else of the checks.
_ASKING = inspect.getfile(observe)
_CALLING = ("helpers.checks", "helpers.grading")
_PYTHON = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
)

#: What `Watch.called` says of an answer that calls what its check computes with.
THE_CHECK = "helpers.checks"


class Watch:
    """Records which of `names` the learner's own code calls while `watching`."""

    def __init__(self, names: Sequence[str], lesson: Callable[[str], bool]) -> None:
        """Watch functions and classes by their dotted names, "helpers.training.evaluate".

        Args:
            names: of functions, of methods, or of classes (then: who makes an instance).
            lesson: whether the code of this file name is the lesson's own.
        """
        self.called: list[str] = []
        self.watching = False
        self._lesson = lesson
        for name in names:
            self._replace(name)

    def guard(self, parts: Iterable[tuple[Any, str, FunctionType]]) -> None:
        """Record under `THE_CHECK` who helps himself to what the probes of the checks need.

        Args:
            parts: see `forgetting.kept_functions`.
        """
        stand_ins = {}
        for owner, name, function in parts:
            if function not in stand_ins:
                stand_ins[function] = self._stand_in(function, THE_CHECK)
            setattr(owner, name, stand_ins[function])

    def _replace(self, name: str) -> None:
        holders = places_of(name)
        original = vars(holders[0][0]).get(holders[0][1])
        if inspect.isclass(original):
            setattr(original, "__init__", self._stand_in(original.__init__, name))  # noqa: B010
            return
        assert callable(original), name
        stand_in = self._stand_in(original, name)
        for holder, attribute in holders:
            setattr(holder, attribute, stand_in)

    def _stand_in(self, original: Callable[..., Any], name: str) -> Callable[..., Any]:
        def stand_in(*args: Any, **kwargs: Any) -> Any:
            if self.watching and name not in self.called and self._counts(sys._getframe(1), name):
                self.called.append(name)
            return original(*args, **kwargs)

        code = getattr(original, "__code__", stand_in.__code__)
        # A traceback that a learner reads leads through the original's file, as it does at home.
        stand_in.__code__ = stand_in.__code__.replace(co_filename=code.co_filename)
        if name != THE_CHECK:  # of the check nobody reads a signature, and there are hundreds
            functools.update_wrapper(stand_in, original)
            vars(stand_in)["__signature__"] = inspect.signature(original)
            del vars(stand_in)["__wrapped__"]
        return stand_in

    def _counts(self, frame: FrameType | None, name: str) -> bool:
        """Whether the nearest caller that is neither Python's nor a package's is the learner."""
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(_LIBRARY):
                return file.startswith(_ASKING if name == THE_CHECK else _CALLERS)
            if not file.startswith(_PYTHON) and not file.startswith("<frozen"):
                return not self._lesson(file)
            frame = frame.f_back
        return True


@functools.cache
def places_of(name: str) -> list[tuple[Any, str]]:
    """Every module (or the class) of the library that holds `name`, and under which name.

    They are looked for once: asking for all of them before a fork saves each fork the search.
    """
    path, _, attribute = name.rpartition(".")
    try:
        holder: Any = importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, kind = path.rpartition(".")
        holder = getattr(importlib.import_module(module), kind)
    original = vars(holder)[attribute]
    return [
        (holder, attribute),
        *(
            (module, key)
            for module in _library_modules()
            for key, value in list(vars(module).items())
            if value is original and module is not holder
        ),
    ]


def _library_modules() -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "helpers" and not name.startswith(_CALLING):
            yield module
