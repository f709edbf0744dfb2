"""One submission's room: what a fork of the template becomes, see `supervisor` and `item`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import traceback
from pathlib import Path
from typing import Any

from helpers.grading.core import Limits
from helpers.grading.sandbox import namespaces, supervisor, tree
from helpers.grading.sandbox.item import Room
from helpers.kernels import wire

UID = GID = 1000
"""Of the one user a submission can see."""


def enter(conn: socket.socket) -> None:
    """Be a room inside bubblewrap: make its namespaces, leave the rest to its process 1."""
    outside = os.geteuid(), os.getegid()
    try:
        separate(*outside)
    except OSError as error:
        wire.send(conn, {"broken": str(error)})
        return
    if os.fork() == 0:
        _serve(conn, plain=False)


def enter_plain(conn: socket.socket) -> None:
    """Be a room without namespaces."""
    namespaces.prctl(namespaces.PR_SET_CHILD_SUBREAPER, 1)
    _serve(conn, plain=True)


def separate(uid: int, gid: int) -> None:
    """Give this process and its children namespaces of their own, and all rights in them."""
    namespaces.unshare(
        namespaces.CLONE_NEWUSER
        | namespaces.CLONE_NEWNS
        | namespaces.CLONE_NEWPID
        | namespaces.CLONE_NEWNET
        | namespaces.CLONE_NEWIPC
    )
    namespaces.map_ids(UID, GID, uid, gid)


def close_off() -> None:
    """As process 1: show what belongs to this room alone, and let nobody make another."""
    namespaces.keep_mounts_private()
    flags = namespaces.MS_NOSUID | namespaces.MS_NODEV | namespaces.MS_NOEXEC
    namespaces.mount("proc", "/proc", "proc", flags)
    terminals = "newinstance,ptmxmode=0666,mode=0620"
    flags = namespaces.MS_NOSUID | namespaces.MS_NOEXEC
    namespaces.mount("devpts", "/dev/pts", "devpts", flags, terminals)
    namespaces.loopback_up()
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def _serve(conn: socket.socket, plain: bool) -> None:
    """Receive the submission, run its items; never returns."""
    folder = None
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        namespaces.set_name("room")
        if not plain:
            close_off()
        message, payload, fds = wire.receive(conn, supervisor.MESSAGE_BYTES)
        wire.close_all(fds)
        folder = tempfile.mkdtemp(prefix="course-item-") if plain else None
        room = _furnished(message, payload, folder)
        own = os.pidfd_open(os.getpid())
        wire.send(conn, {"opened": True}, fds=[own])
        os.close(own)
        supervisor.serve(conn, room)
    except (EOFError, ConnectionError):
        pass  # nobody waits for it
    except BaseException as error:
        traceback.print_exc()
        wire.send(conn, {"broken": f"{type(error).__name__}: {error}"})
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


def _furnished(message: dict[str, Any], payload: bytes, folder: str | None) -> Room:
    """Read the first frame: limits, and the files beside the notebook."""
    files, start = {}, 0
    for name, size in message["files"]:
        files[str(name)] = payload[start : start + size]
        start += size
    return Room(
        Limits(**message["limits"]),
        files,
        message["runner"],
        tuple(message["kept"]),
        tuple(message["pictures"]),
        folder,
        tree.data_bytes(),
    )
