"""The template: a process that has the slow imports behind it and forks once a connection.

    python -m helpers.kernels.template --fd 3 --preload torch,timm --child package.module:function

It does nothing but accept and fork. What a connection is for is read in the fork, so that the
template, and with it every later fork, never holds anything of an earlier one. Before it forks it
must not have run a parallel operation, started a thread or an event loop, opened a ZeroMQ context
or touched a GPU: none of these survives a fork. It counts its threads and looks at CUDA to be sure.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from helpers.kernels import wire

Child = Callable[[socket.socket], None]

HELLO = {"ready": True}
"""The first frame on a connection, from the fork: whoever reads it has a live process there."""


def main(arguments: Sequence[str]) -> None:
    """Import, listen, fork; return when nobody has called for a while.

    Raises:
        SystemExit: this process is in no state to be forked; the last line printed says why.
    """
    started = time.monotonic()
    options = _options(arguments)
    if sys.path and sys.path[0] == os.getcwd():
        del sys.path[0]  # `python -m` put it there
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    child = _find(options.child)
    for name in filter(None, options.preload.split(",")):
        _preload(name)
    if reason := unsafe():
        sys.exit(f"the template cannot be forked: {reason}")
    gc.collect()
    gc.freeze()  # the collector's marks would copy every page in every fork
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks that end are nobody's zombies
    ready = {"ready": round(time.monotonic() - started, 2), "pid": os.getpid()}
    print(json.dumps(ready), flush=True)
    with socket.socket(fileno=options.fd) as server:
        _serve(server, child, options.idle)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="template")
    parser.add_argument("--fd", type=int, required=True, help="a listening Unix stream socket")
    parser.add_argument("--preload", default="", help="modules, separated by commas")
    parser.add_argument("--child", required=True, help="package.module:function")
    parser.add_argument("--idle", type=float, default=0.0, help="seconds; 0: stay for ever")
    return parser.parse_args(arguments)


def _find(name: str) -> Child:
    module, _, function = name.partition(":")
    found: Child = getattr(importlib.import_module(module), function)
    return found


def _preload(name: str) -> None:
    """Import a module; one that is missing or broken is the fork's affair."""
    try:
        importlib.import_module(name)
    except Exception as error:
        print(f"not preloaded: {name} ({type(error).__name__}: {error})", flush=True)


def unsafe() -> str:
    """Return why this process must not be forked, or ""."""
    with contextlib.suppress(FileNotFoundError):  # /proc is Linux's
        threads = len(os.listdir("/proc/self/task"))
        if threads > 1:
            return f"{threads} threads run in it"
    torch = sys.modules.get("torch")
    if torch is not None and _spoils_cuda(torch):
        return "CUDA was initialised or asked for devices in it"
    return ""


def _spoils_cuda(torch: Any) -> bool:
    """Tell whether forks could not use a GPU: only a fork knows."""
    pid = os.fork()
    if pid == 0:
        os._exit(int(torch.cuda._is_in_bad_fork()))
    return os.waitpid(pid, 0)[1] != 0


def _serve(server: socket.socket, child: Child, idle: float) -> None:
    """Fork for every connection until none has come for `idle` seconds.

    Whoever calls at the last moment gets no greeting, and starts another template.
    """
    while select.select([server], [], [], idle or None)[0]:
        _accept(server, child)


def _accept(server: socket.socket, child: Child) -> None:
    """Fork for one connection."""
    conn, _ = server.accept()
    with conn:
        try:
            pid = os.fork()
        except OSError as error:  # no room for a process now; the caller sees the end and retries
            print(f"cannot fork: {error}", flush=True)
            return
        if pid == 0:
            _run(server, conn, child)


def _run(server: socket.socket, conn: socket.socket, child: Child) -> None:
    """Be the fork: greet, do what the connection is for, end."""
    status = 1
    try:
        server.close()
        conn.setblocking(True)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        gc.enable()
        freshen()
        wire.send(conn, HELLO)
        child(conn)
        status = 0
    except BrokenPipeError:
        pass  # the caller did not wait
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def freshen() -> None:
    """Give this process what forks of one template would otherwise share.

    Those are the states of the random number generators, and the folder for temporary files that
    was found in another environment. For a fork of a fork, call it again.
    """
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(None)
    if torch := sys.modules.get("torch"):
        torch.default_generator.seed()
    tempfile.tempdir = None


def close_other_files(keep: Sequence[int]) -> None:
    """Close every open file of this process but the standard ones and those in `keep`."""
    wire.close_all(fd for fd in map(int, os.listdir("/dev/fd")) if fd > 2 and fd not in keep)


if __name__ == "__main__":
    main(sys.argv[1:])
