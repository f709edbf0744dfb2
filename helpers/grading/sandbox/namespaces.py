"""Linux system calls that Python lacks: namespaces, mounts, capabilities. For single threads."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from pathlib import Path

CLONE_NEWNS = 0x0002_0000
CLONE_NEWUTS = 0x0400_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000

MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

PR_SET_DUMPABLE = 4
PR_SET_NAME = 15
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47

_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION = 0x2008_0522
_HIGHEST_CAPABILITY = 63
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1


def unshare(flags: int) -> None:
    """Put this process (for PID: its children) into new namespaces."""
    _checked(_libc().unshare(ctypes.c_int(flags)), f"unshare({flags:#x})")


def mount(
    source: str | None, target: str, kind: str | None = None, flags: int = 0, data: str = ""
) -> None:
    """Mount `source` on `target`, as mount(2)."""
    arguments = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    result = _libc().mount(*arguments, ctypes.c_ulong(flags), data.encode() or None)
    _checked(result, f"mount {kind or source} on {target}")


def bind(source: str, target: str) -> None:
    """Show a folder or file at a second place, with the restrictions of the first."""
    mount(source, target, None, MS_BIND | MS_REC)


def unmount(target: str) -> None:
    """Take a mount out of sight at once; who uses it still can."""
    detach = 2
    _checked(_libc().umount2(os.fsencode(target), ctypes.c_int(detach)), f"unmount {target}")


def keep_mounts_private() -> None:
    """Let no mount of this namespace reach another one."""
    mount(None, "/", None, MS_REC | MS_PRIVATE)


def prctl(option: int, first: int = 0, second: int = 0) -> None:
    """Call prctl(2)."""
    zero = ctypes.c_ulong(0)
    result = _libc().prctl(option, ctypes.c_ulong(first), ctypes.c_ulong(second), zero, zero)
    _checked(result, f"prctl({option})")


def set_name(name: str) -> None:
    """Set what `ps` calls this process; 15 characters."""
    text = ctypes.create_string_buffer(name.encode()[:15] + b"\0")
    _libc().prctl(PR_SET_NAME, text, 0, 0, 0)


def map_ids(uid: int, gid: int, outer_uid: int, outer_gid: int) -> None:
    """Give the user of a new user namespace a number in it.

    Args:
        uid: of the user inside.
        gid: of the group inside.
        outer_uid: what the user was before `unshare`.
        outer_gid: what the group was before `unshare`.
    """
    prctl(PR_SET_DUMPABLE, 1)  # gaining capabilities took it away, and /proc/self with it
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")


def give_up_capabilities() -> None:
    """Drop every capability for good, and the ways to gain one by executing a file."""
    for capability in range(_HIGHEST_CAPABILITY + 1):
        _libc().prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)  # EINVAL past the last
    _libc().prctl(PR_CAP_AMBIENT, ctypes.c_ulong(_CAP_AMBIENT_CLEAR_ALL), 0, 0, 0)
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    _checked(_libc().capset(header, bytes(24)), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def call(number: int, *arguments: int | bytes | None) -> int:
    """Make a system call by number; return what it returned, -1 for a failure."""
    values = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return int(_libc().syscall(ctypes.c_long(number), *values))


def loopback_up() -> None:
    """Switch on the only interface of a new network namespace."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(probe, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(probe, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
