"""A notebook's shell without a kernel: magics, `display`, `!ls` and `await` work, nothing is kept.

It makes no thread, opens no socket and writes no history. Errors are noted, not printed.
"""

from __future__ import annotations

import builtins
import getpass
import sys
import tempfile
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

MAX_LINE = 400


class NamedCompiler(CachingCompiler):
    """Gives code the name of its cell, so that a frame tells where it is from."""

    cell = "<cell>"

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        """Return the name of the cell that runs now."""
        return self.cell


class PlainHook(DisplayHook):
    """Prints the last value of a cell without a number before it."""

    def write_output_prompt(self) -> None:
        """Write none."""


class Shell(InteractiveShell):
    """Runs cells one after another; see the module."""

    compile: NamedCompiler
    compiler_class = Type(NamedCompiler)
    displayhook_class = Type(PlainHook)

    def run(self, text: str, cell: str) -> str:
        """Run a cell under a name; return its error in one line, or ""."""
        self.compile.cell = cell
        try:
            result = self.run_cell(text, store_history=False)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as raised:  # a hook of an earlier cell, perhaps
            error = raised
        return error_line(error) if error is not None else ""

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no screen."""

    def enable_matplotlib(self, gui: str | None = None) -> tuple[str | None, str]:
        """Leave the backend as it is: nobody looks at figures here."""
        return gui, "agg"

    def ask_exit(self) -> None:
        """Stop the cell that calls `exit()`, nothing else."""
        raise SystemExit

    def system(self, command: str) -> None:
        """Run `!command` with the standard streams of this process."""
        sys.stdout.flush()
        self.system_raw(command)

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Print none: `run` returns the error."""

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        """Print none: `run` returns the error."""

    def showindentationerror(self) -> None:
        """Print none: `run` returns the error."""


def open_shell() -> Shell:
    """Return this process's shell, and make it if there is none; takes tens of milliseconds."""
    if Shell.initialized():
        made: Shell = Shell.instance()
        return made
    builtins.input = _refuse
    getpass.getpass = _refuse
    sys.argv = ["notebook"]
    if sys.path[:1] != [""]:
        sys.path.insert(0, "")  # files beside the notebook can be imported
    config = Config()
    config.HistoryManager.enabled = False
    config.DisplayFormatter.active_types = ["text/plain"]
    with tempfile.TemporaryDirectory(prefix="ipython-") as folder:  # needed for the start alone
        shell: Shell = Shell.instance(config=config, ipython_dir=folder)
    return shell


def _refuse(*args: object, **kwargs: object) -> str:
    raise StdinNotImplementedError("input() asks a question, but nobody is there to answer")


def error_line(error: BaseException) -> str:
    """The error as one line, "NameError: name 'x' is not defined"; its own text may fail."""
    try:
        message = " ".join(str(error)[:2000].split())
    except BaseException:
        message = ""
    name = str(type.__dict__["__name__"].__get__(type(error)))
    text = f"{name}: {message}" if message else name
    return text.encode("utf-8", "replace").decode()[:MAX_LINE]
