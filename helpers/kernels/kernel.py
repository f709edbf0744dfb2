"""A fork of the template becomes a Jupyter kernel: the side of the template.

The fork that got the connection forks again. The second is the kernel; the first stays and watches:
it passes signals on, reports the exit status, and kills the kernel and all its processes when the
connection ends, that is, when whoever asked for the kernel is gone.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from helpers.kernels import processes, surroundings, template, wire


def serve(conn: socket.socket) -> None:
    """Start the kernel that the request on `conn` asks for; return when it has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the kernel, which is sent it
    request, _, standard = wire.receive(conn)
    processes.adopt_orphans()
    ready, tell = os.pipe()
    watcher, pid = os.getpid(), os.fork()
    if pid == 0:
        _be_kernel(request, standard, tell, watcher)
    wire.close_all([tell, *standard])
    try:
        code = _watch(conn, pid, ready)
    except OSError:  # whoever asked is gone
        processes.kill_descendants()
        return
    processes.kill_descendants()
    with contextlib.suppress(OSError):
        wire.send(conn, {"event": "exit", "code": code})


def _watch(conn: socket.socket, pid: int, ready: int) -> int:
    """Pass on what comes; return the kernel's exit status, negative for a signal.

    Raises:
        OSError: the connection has ended.
    """
    handle = os.pidfd_open(pid)
    poll = select.poll()
    for fd in (conn.fileno(), ready, handle):
        poll.register(fd, select.POLLIN)
    while True:
        for fd, _ in poll.poll():
            if fd == handle:
                return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if fd == ready:
                poll.unregister(ready)
                if os.read(ready, 1):  # the end alone: it died, and the handle says so
                    wire.send(conn, {"event": "ready", "pid": pid})
            elif fd == conn.fileno():
                _pass_on(conn, pid)


def _pass_on(conn: socket.socket, pid: int) -> None:
    """Send the kernel and its processes a signal.

    Raises:
        OSError: the connection has ended.
    """
    try:
        message = wire.receive(conn)[0]
    except (EOFError, ValueError) as error:
        raise ConnectionResetError from error
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, message["signal"])


def _be_kernel(request: Mapping[str, Any], standard: list[int], tell: int, parent: int) -> None:
    """Be the kernel until it ends. Does not return."""
    status: object = 1
    try:
        os.setsid()
        processes.die_with(parent)
        _take_files(standard, tell)
        surroundings.enter(request["surroundings"])
        os.environ["JPY_PARENT_PID"] = str(parent)
        sys.orig_argv[:] = request["command"]
        sys.argv[:] = [str(_origin(request["module"])), *request["arguments"]]
        template.freshen()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        use_threads(os.environ)
        _run_app(tell)
        status = 0
    except SystemExit as end:
        status = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        _end(status)


def _take_files(standard: list[int], tell: int) -> None:
    """Make the files that came along the standard ones, and close all others."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, fd in enumerate([nothing, *standard]):
        os.dup2(fd, number)
    template.close_other_files([tell])


def _origin(module: str) -> str | None:
    """Return the file that `python -m MODULE` would run."""
    spec = importlib.util.find_spec(module)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(f"{module}.__main__")
    return spec.origin if spec else None


def _run_app(tell: int) -> None:
    """Start ipykernel as `python -m ipykernel_launcher` would; say when it listens."""
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(sys.argv[1:])
    if widgets := sys.modules.get("ipywidgets"):
        widgets.register_comm_target()  # its import looks for a kernel, and there was none
    os.write(tell, b"1")
    os.close(tell)
    app.start()


def _end(status: object) -> None:
    """End this process as the interpreter would, without taking a gigabyte of modules apart."""
    with contextlib.suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined]
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(BaseException):
            stream.flush()  # type: ignore[union-attr]
    if isinstance(status, int):
        os._exit(status & 0xFF)
    os._exit(0 if status is None else 1)


def use_threads(environment: Mapping[str, str]) -> None:
    """Let numpy and torch compute with as many threads as they would have chosen by themselves.

    The template is held to one, so that none of their pools exists when it forks.
    """
    threads = _number(environment, ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"))
    if pools := sys.modules.get("threadpoolctl"):
        pools.threadpool_limits(threads or len(os.sched_getaffinity(0)), user_api="blas")
    if torch := sys.modules.get("torch"):
        threads = _number(environment, ("MKL_NUM_THREADS", "OMP_NUM_THREADS"))
        torch.set_num_threads(threads or _cores(torch.backends.mkl.is_available()))


def _number(environment: Mapping[str, str], names: Sequence[str]) -> int:
    """Return the first positive number among variables; 0 if there is none."""
    for name in names:
        first = environment.get(name, "").partition(",")[0].strip()
        if first.isdecimal() and int(first) > 0:
            return int(first)
    return 0


def _cores(physical: bool) -> int:
    """Return how many cores this process may use; MKL counts those that share a core once."""
    usable = os.sched_getaffinity(0)
    if not physical:
        return len(usable)
    siblings = set()
    for core in usable:
        path = f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list"
        try:
            with open(path) as file:
                siblings.add(file.read())
        except OSError:
            siblings.add(str(core))
    return len(siblings)
