"""A progress bar that writes to stdout.

nbgrader gives no points to a cell with anything on stderr, which is where bars go by default.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")

_PATIENCE = 0.5  # seconds a learner waits without wondering
# Seconds between two drawings. A notebook that is executed, not watched, keeps every one of them.
_REDRAW = 0.5


class _Bar(tqdm):  # type: ignore[type-arg]
    # tqdm's monitor is a thread; a process that forks warm kernels must not have one.
    monitor_interval = 0


def track(
    items: Iterable[T], label: str, total: int | None = None, show: bool | None = None
) -> Iterator[T]:
    """Yield the items while a bar on stdout shows how far they are.

    At the end the bar gives way to one line, such as `drawing flowers: 320 in 4.1 s`.

    Args:
        items: what to go through.
        label: a few words in front of the bar.
        total: how many items there are, when `len(items)` cannot tell.
        show: True, False, or None for a bar only when the work takes over half a second.
    """
    if show is False:
        yield from items
        return
    if total is None and isinstance(items, Sized):
        total = len(items)
    start, done = time.perf_counter(), 0
    bar = _Bar(
        total=total,
        desc=label,
        file=sys.stdout,
        delay=0.0 if show else _PATIENCE,
        mininterval=_REDRAW,
        miniters=1,
        leave=False,
        disable=not _is_watched(),
        dynamic_ncols=False,
        ncols=80,
    )
    try:
        for item in items:
            yield item
            done += 1
            bar.update()
    finally:
        bar.close()
        seconds = time.perf_counter() - start
        if show or seconds > _PATIENCE:
            print(f"{label}: {done} in {seconds:.1f} s", flush=True)


def _is_watched() -> bool:
    """Tell whether carriage returns redraw a line here (terminal or notebook) or pile up."""
    return sys.stdout.isatty() or type(sys.stdout).__module__.startswith("ipykernel")
