"""A learner's way through a lesson: its cells, in any order, in a real kernel."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from kernels_jupyter import Cells, kernel
from nbformat import NotebookNode

from helpers.authoring.sources import settings_of

PATIENCE = 1800
"""Seconds a cell may take: a whole lesson's slowest, on a busy machine."""

# What root may do to a folder that nobody may write to, a learner may not.
_AS_A_LEARNER = """
import ctypes as _c
_libc, _head, _sets = _c.CDLL(None), (_c.c_uint32 * 2)(0x20080522, 0), (_c.c_uint32 * 6)()
assert _libc.capget(_head, _sets) == 0
_sets[0] &= ~(1 << 1)  # CAP_DAC_OVERRIDE
assert _libc.capset(_head, _sets) == 0
del _c, _libc, _head, _sets
"""
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_TIME = re.compile(r"\d (s|ms)\b")
_TIMES = re.compile(r"\bms a\b")  # the heading of a table with a column of times
_BAR = re.compile(r"\d%\|.*\| \d")  # as tqdm draws it; there is none where a cache is warm
_ADDRESS = re.compile(r"0x[0-9a-f]+")


@dataclass(frozen=True)
class Ran:
    """One cell that was run, and what it put out."""

    name: str
    outputs: Sequence[dict[str, Any]]

    @property
    def error(self) -> tuple[str, list[str]] | None:
        """The kind of error and the lines a learner reads, if it failed."""
        for output in self.outputs:
            if output["type"] == "error":
                text = _COLOUR.sub("", "\n".join(output["traceback"]))
                return output["ename"], text.splitlines()
        return None

    @property
    def stderr(self) -> str:
        """What stands on a red ground; nbgrader pays nothing for such a cell."""
        return "".join(o["text"] for o in self.outputs if o.get("name") == "stderr")

    @property
    def trouble(self) -> str:
        """What must not happen in a correct notebook; "" if it did not."""
        lines = self.error[1] if self.error else []
        return "\n".join([*lines, self.stderr]).strip()

    @property
    def lines(self) -> list[str]:
        """What it said in words, the same in every run: without bars, times and tables of times."""
        text = ""
        for output in self.outputs:
            if output["type"] == "stream":  # sent in pieces that end anywhere
                text += output["text"]
            else:
                text += "\n" + str(output.get("data", {}).get("text/plain", "")) + "\n"
        # A bar is drawn over itself; of such a line the last drawing counts.
        lines = [_ADDRESS.sub("0x", line.rsplit("\r", 1)[-1]).strip() for line in text.split("\n")]
        lines = list(takewhile(lambda line: not _TIMES.search(line), lines))
        return [line for line in lines if line and not (_TIME.search(line) or _BAR.search(line))]


@dataclass
class Walk:
    """A kernel in which cells are run as a learner would."""

    manager: KernelManager
    cells: Cells

    def run(self, notebook: Sequence[NotebookNode]) -> list[Ran]:
        """Run these cells in this order, the ones after a failing one too."""
        return [Ran(cell.id, self.cells.outputs(cell.source)) for cell in notebook]

    def restart(self) -> None:
        """Forget all names, as the button does."""
        self.manager.restart_kernel(now=True)
        self.cells.client.wait_for_ready(timeout=PATIENCE)

    def hold_to_permissions(self) -> None:
        """Let root, too, write only where the folder's permissions allow it."""
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            assert self.cells.outputs(_AS_A_LEARNER) == []


@contextlib.contextmanager
def walking(folder: Path, **variables: str) -> Iterator[Walk]:
    """Start a kernel in the folder of a lesson, with these environment variables."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **variables}
    environment.pop("COURSE_LOGBOOK", None)  # the one beside the lessons, as for a learner
    folder.mkdir(parents=True, exist_ok=True)
    with kernel(cwd=str(folder), env=environment) as (manager, cells):
        cells.seconds = PATIENCE
        yield Walk(manager, cells)


def code_of(notebook: NotebookNode) -> list[NotebookNode]:
    """What can be run of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def answers(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """The cells that learners write."""
    return [cell for cell in cells if settings_of(cell).get("solution")]


def checks(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """The cells that a machine grades."""
    return [cell for cell in cells if settings_of(cell).get("grade")]
