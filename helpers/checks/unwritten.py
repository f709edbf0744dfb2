"""Cells that fail because something above them was not written, or not run: say so.

Every lesson measures with the learner's own functions. Until they are written they return the three
dots, and whoever runs such a cell would meet an error from deep inside torch. From the first check
in a notebook on, such an error is shown in a few lines that name the exercise.
"""

import dis
import linecache
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from helpers.checks.core import CheckFailed, Exercise

_OF_A_STUB = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
_RUN_ABOVE = "In JupyterLab's menu: Run, Run All Above Selected Cell."


def explain_errors(shell: Any, exercises: Iterable[Exercise]) -> None:
    """Let a notebook say which exercise a failing cell waits for.

    Does nothing where the notebook's owner handles errors in a way of their own.

    Args:
        shell: IPython's.
        exercises: those whose answers may be missing.
    """
    if shell.custom_exceptions:
        return
    known = {exercise.name: exercise.id for exercise in exercises}

    def show(
        shell: Any,
        kind: type[BaseException],
        error: BaseException,
        trace: types.TracebackType,
        tb_offset: int | None = None,
    ) -> None:
        frames = _frames(trace, shell.user_ns)
        if frames and not isinstance(error, CheckFailed):
            hint = _hint(error, frames, shell.user_ns, known)
            if hint:
                lines = _rendered(shell, kind, error, trace, hint)
                error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
        # No frames: the cell has not begun to run, it cannot be compiled.
        shell.showtraceback(running_compiled_code=bool(frames))

    shell.set_custom_exc((Exception,), show)


def is_unwritten(answer: object) -> bool:
    """Tell whether a function, or a method of a class, does nothing but return the three dots."""
    if isinstance(answer, type):
        return any(is_unwritten(method) for method in vars(answer).values())
    if not isinstance(answer, types.FunctionType):
        return False
    steps = list(dis.get_instructions(answer))
    dots = any(step.argval is ... for step in steps)
    return dots and all(step.opname in _OF_A_STUB for step in steps)


def _frames(
    trace: types.TracebackType | None, namespace: Mapping[str, Any]
) -> list[tuple[types.FrameType, int]]:
    """The frames of the notebook's own code with their lines, outermost first."""
    found = []
    while trace is not None:
        if trace.tb_frame.f_globals is namespace:
            found.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    return found


def _hint(
    error: BaseException,
    frames: list[tuple[types.FrameType, int]],
    namespace: Mapping[str, Any],
    known: Mapping[str, str],
) -> str:
    """What is missing, and what to do; "" if this error has another reason."""
    if isinstance(error, NameError):
        if isinstance(error, UnboundLocalError) or not error.name:
            return ""
        return _undefined(error.name, known)
    for name in _used(frames):
        if name in known and is_unwritten(namespace.get(name)):
            return (
                f"{name} still returns the three dots, and this cell needs it: exercise "
                f"{known[name]}. Write it, run its cell, then run this one again."
            )
    dotted = [name for name in _used(frames) if _value(name, frames, namespace) is ...]
    if dotted or "ellipsis" in str(error):
        what = dotted[0] if dotted else "Something in this cell"
        return (
            f"{what} is still the three dots: it comes from a function that is not written yet. "
            "Write it, run its cell, then run the cells after it again."
        )
    return ""


def _undefined(name: str, known: Mapping[str, str]) -> str:
    if name in known:
        return (
            f"There is no {name} in this kernel yet. It is the answer to exercise {known[name]}: "
            f"run the cell in which it is written first. {_RUN_ABOVE}"
        )
    return (
        f"No cell that has run in this kernel made {name}. If it is not misspelt, run the cells "
        f"above this one first. {_RUN_ABOVE}"
    )


def _used(frames: list[tuple[types.FrameType, int]]) -> Iterator[str]:
    """The names in the code that failed, innermost first."""
    for frame, _ in reversed(frames):
        code = frame.f_code
        yield from (*code.co_names, *code.co_varnames, *code.co_freevars)


def _value(
    name: str, frames: list[tuple[types.FrameType, int]], namespace: Mapping[str, Any]
) -> Any:
    for frame, _ in reversed(frames):
        if name in frame.f_locals:
            return frame.f_locals[name]
    return namespace.get(name)


def _rendered(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: types.TracebackType,
    hint: str,
) -> list[str]:
    """The lines to show: Python's own for a name, which are few; else the line that failed."""
    if hasattr(error, "_render_traceback_"):
        return [*error._render_traceback_(), hint]
    if isinstance(error, NameError):
        return [*shell.InteractiveTB.structured_traceback(kind, error, trace), "", hint]
    frame, number = _frames(trace, shell.user_ns)[-1]
    line = linecache.getline(frame.f_code.co_filename, number).strip()
    message = (str(error).strip().splitlines() or [""])[0]
    where = [f"In this line: {line}"] if line else []
    return [f"{kind.__name__}: {message}", *where, hint]
