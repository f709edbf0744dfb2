"""The room holds no answers: what only judges need is taken out of `helpers.checks`.

A probe and all it may reach by name stays, and so do the models and the like that answers are
given. Where inputs are drawn until right and wrong answers
differ, what computes the right one stays too: `library.Watch` notes who calls it. A learner has the
same files at home anyway.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from helpers import checks
from helpers.checks.core import Exercise

_JUDGES = {"judge", "note", "scored"}
#: These serve probes and the runner; nothing in them says what is right.
_KEPT = tuple(f"helpers.checks.{name}" for name in ("core", "evidence", "observe", "card", "run"))


def forget_answers() -> None:
    """Take the judges out of this process, for good, and make `check` do nothing.

    A `check` in a learner's cell then neither judges nor stops the cell.
    """
    if vars(checks)["check"] is _no_check:
        return
    for owner, name in FORGOTTEN:
        if name in vars(owner):
            delattr(owner, name)
    vars(checks)["check"] = _no_check


def _no_check(*args: object, **kwargs: object) -> None:
    """Do nothing: what is checked, and with which seed, is decided elsewhere."""


def _modules() -> list[ModuleType]:
    return [
        module
        for name, module in sorted(sys.modules.items())
        if name.startswith("helpers.checks.") and name not in _KEPT
    ]


def _functions(owner: Any) -> Iterator[tuple[str, FunctionType]]:
    """The functions that a module or class of the checks defines, methods of every kind too."""
    return _functions_in(vars(owner))


def _functions_in(names: Mapping[str, Any]) -> Iterator[tuple[str, FunctionType]]:
    for name, value in names.items():
        found = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
        found = inspect.unwrap(found) if callable(found) else found
        if isinstance(found, FunctionType) and found.__module__.startswith("helpers.checks."):
            yield name, found


def _classes() -> list[type]:
    values = [value for module in _modules() for value in vars(module).values()]
    return [
        kind
        for kind in dict.fromkeys(value for value in values if inspect.isclass(value))
        if kind.__module__.startswith("helpers.checks.") and kind is not Exercise
    ]


def _other_classes() -> list[type]:
    """Models, optimizers and the like, which answers are given: they stay whole."""
    return [kind for kind in _classes() if not issubclass(kind, Exercise)]


def _names_in(code: CodeType) -> set[str]:
    inner = (_names_in(part) for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*inner)


def _leads_to(value: object) -> Iterator[FunctionType]:
    """The functions of the checks that this object is or holds."""
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leads_to(item)
    else:
        yield from (function for _, function in _functions_in({"it": value}))


def _reached(exercise: Exercise, roots: Iterable[FunctionType]) -> set[FunctionType]:
    """What a probe may call by a global name or on itself, and what the answer's inputs may."""
    own = {n: v for kind in reversed(type(exercise).__mro__) for n, v in vars(kind).items()}
    own |= vars(exercise)
    waiting = [f for name, f in _functions_in(own) if name in ("probe", "name", "__init__")]
    waiting += roots
    methods = {function for _, function in _functions_in(own)}
    reached: set[FunctionType] = set()
    while waiting:
        function = waiting.pop()
        if function in reached:
            continue
        reached.add(function)
        for name in _names_in(function.__code__) - _JUDGES:
            waiting += _leads_to(function.__globals__.get(name))
            if function in methods:
                waiting += _leads_to(own.get(name))
    return reached


@functools.cache
def kept_functions() -> tuple[tuple[Any, str, FunctionType], ...]:
    """Name every function of the checks that modules and exercises hold: (owner, name, it).

    To be called once the answers are forgotten: then these are what probes need. Static and class
    methods are not among them, nor are the models and the like that answers are given.
    """
    return tuple(
        (owner, name, value)
        for owner in (*_modules(), *_exercises())
        for name, value in vars(owner).items()
        if isinstance(value, FunctionType)
        and value.__module__.startswith("helpers.checks.")
        and value.__module__ not in _KEPT
    )


def _exercises() -> list[type]:
    return [kind for kind in _classes() if issubclass(kind, Exercise)]


def _unneeded() -> Iterator[tuple[Any, str]]:
    roots = [f for kind in _other_classes() for _, f in _functions(kind)]
    kept = {f for exercise in checks.EXERCISES.values() for f in _reached(exercise, roots)}
    for owner in (*_modules(), *_exercises()):
        for name, function in _functions(owner):
            if function not in kept and not name.startswith("__"):
                yield owner, name


FORGOTTEN: tuple[tuple[Any, str], ...] = tuple(_unneeded())
