"""A filter for system calls that no lesson needs and that would get around a limit.

Memory that no process has mapped, keyrings that outlive a process, rings that do work in the
kernel's name, new namespaces and mounts: each call answers "not implemented".
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from helpers.grading.sandbox import namespaces

_NEW = {  # the same number on every architecture
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "mount_setattr": 442, "memfd_secret": 447,
}  # fmt: skip
_X86_64 = {
    "memfd_create": 319, "keyctl": 250, "add_key": 248, "request_key": 249, "userfaultfd": 323,
    "bpf": 321, "perf_event_open": 298, "shmget": 29, "msgget": 68, "semget": 64, "unshare": 272,
    "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155, "open_by_handle_at": 304,
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
}  # fmt: skip
_AARCH64 = {
    "memfd_create": 279, "keyctl": 219, "add_key": 217, "request_key": 218, "userfaultfd": 282,
    "bpf": 280, "perf_event_open": 241, "shmget": 194, "msgget": 186, "semget": 190, "unshare": 97,
    "setns": 268, "mount": 40, "umount2": 39, "pivot_root": 41, "open_by_handle_at": 265,
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
}  # fmt: skip
# Of each machine: what the kernel calls it, its calls, and the number of seccomp(2).
_MACHINES = {"x86_64": (0xC000_003E, _X86_64, 317), "aarch64": (0xC000_00B7, _AARCH64, 277)}

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCH_AT = 0, 4
_ALLOW, _ERRNO = 0x7FFF_0000, 0x0005_0000
_X32 = 0x4000_0000  # the bit of the second set of numbers on x86-64
_SET_MODE_FILTER = 1
_SPEC_ALLOW = 4  # older kernels would slow the process down for a danger that is not its own


def supported() -> bool:
    """Tell whether the numbers of this machine's calls are known."""
    return platform.machine() in _MACHINES


def refuse_calls() -> bool:
    """Refuse them for this process and its children, for good; needs no_new_privs.

    Returns:
        False where the machine or its kernel knows no such filter: nothing has changed then.
    """
    if not supported():
        return False
    program = _program(platform.machine())
    code = ctypes.create_string_buffer(program)
    pointer = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    number = _MACHINES[platform.machine()][2]
    return any(
        namespaces.call(number, _SET_MODE_FILTER, flags, pointer) == 0 for flags in (_SPEC_ALLOW, 0)
    )


def new_session_keyring() -> None:
    """Leave the keys of whoever started the template behind."""
    if supported():
        join_session_keyring = 1
        namespaces.call(_MACHINES[platform.machine()][1]["keyctl"], join_session_keyring, None)


def _program(machine: str) -> bytes:
    """Return the filter: eight bytes an instruction, jumps forward only."""
    arch, calls, _ = _MACHINES[machine]
    refused = sorted([*_NEW.values(), *calls.values()])
    checks = [(_EQUAL, number) for number in refused]
    if machine == "x86_64":
        checks.insert(0, (_AT_LEAST, _X32))
    lines = [(_LOAD, 0, 0, _ARCH_AT), (_EQUAL, 0, len(checks) + 2, arch), (_LOAD, 0, 0, _NUMBER_AT)]
    for place, (operation, number) in enumerate(checks):
        lines.append((operation, len(checks) - place, 0, number))
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
