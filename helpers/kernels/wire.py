"""Messages between processes of one machine: a JSON object, bytes, and open files.

A frame on a stream socket is two lengths (header, payload; four bytes each, big-endian), the header
as JSON, the payload. Open files travel with the frame's first byte. Whoever is on the other side is
not trusted: lengths are looked at before anything is kept, and nothing is unpickled.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import socket
import struct
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

MAX_BYTES = 64 << 20
"""Of a frame, header and payload together, unless a caller says otherwise."""

MAX_FDS = 16
"""Open files a frame may carry; Linux allows 253."""

_LENGTHS = struct.Struct("!II")
_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)  # Linux; elsewhere `receive` sets it
_CHUNK = 1 << 20


def send(
    conn: socket.socket, message: dict[str, Any], payload: bytes = b"", fds: Sequence[int] = ()
) -> None:
    """Send one frame; blocks until the socket has taken it.

    Args:
        conn: a connected stream socket of the Unix family.
        message: anything JSON knows; no NaN, no infinity.
        payload: bytes that go along as they are.
        fds: open file descriptors; the other side gets copies, these stay open.

    Raises:
        OSError: the other side is gone, or the socket's timeout has passed.
        ValueError: the message is no JSON, or there are too many descriptors.
    """
    if len(fds) > MAX_FDS:
        raise ValueError(f"{len(fds)} descriptors in one frame, at most {MAX_FDS} are allowed")
    header = json.dumps(message, allow_nan=False).encode()
    start = _LENGTHS.pack(len(header), len(payload)) + header
    carried = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    sent = conn.sendmsg([start], carried)
    conn.sendall(memoryview(start)[sent:])
    conn.sendall(payload)


def receive(
    conn: socket.socket, max_bytes: int = MAX_BYTES
) -> tuple[dict[str, Any], bytes, list[int]]:
    """Receive one frame: its message, its payload and its open files, which the caller closes.

    Args:
        conn: a connected stream socket of the Unix family.
        max_bytes: of header and payload together.

    Raises:
        EOFError: the other side has closed the connection, between frames or within one.
        ValueError: the frame is too large or malformed; the connection is of no more use.
        OSError: the socket's timeout has passed.
    """
    fds: list[int] = []
    try:
        lengths = _lengths(conn, fds)
        if sum(lengths) > max_bytes:
            raise ValueError(f"a frame of {sum(lengths)} bytes, at most {max_bytes} are allowed")
        message = _parsed(_exactly(conn, lengths[0]))
        return message, bytes(_exactly(conn, lengths[1])), fds
    except ConnectionResetError as error:
        close_all(fds)
        raise EOFError("the other side is gone") from error
    except BaseException:
        close_all(fds)
        raise


def close_all(fds: Iterable[int]) -> None:
    """Close file descriptors; one that is closed already is no error."""
    for fd in fds:
        with contextlib.suppress(OSError):
            os.close(fd)


def _lengths(conn: socket.socket, fds: list[int]) -> tuple[int, int]:
    """Read the two lengths; the files that come with them go into `fds`."""
    space = socket.CMSG_SPACE(MAX_FDS * array.array("i").itemsize)
    start, carried, flags, _ = conn.recvmsg(_LENGTHS.size, space, _CLOSE_ON_EXEC)
    for level, kind, data in carried:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            got = array.array("i")
            got.frombytes(data[: len(data) - len(data) % got.itemsize])
            fds.extend(got)
    for fd in fds:
        os.set_inheritable(fd, False)
    if flags & socket.MSG_CTRUNC:
        raise ValueError(f"a frame with more than {MAX_FDS} descriptors")
    if not start:
        raise EOFError("the other side has closed the connection")
    header, payload = _LENGTHS.unpack(start + _exactly(conn, _LENGTHS.size - len(start)))
    return header, payload


def _exactly(conn: socket.socket, count: int) -> bytearray:
    """Read `count` bytes. What is asked for is kept as it comes, not set aside before."""
    data = bytearray()
    while len(data) < count:
        block = conn.recv(min(count - len(data), _CHUNK))
        if not block:
            raise EOFError("the other side has closed the connection within a frame")
        data += block
    return data


def _parsed(header: bytearray) -> dict[str, Any]:
    """Return the header's object."""
    try:
        message = json.loads(header, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("a frame's header is nested too deeply") from error
    if not isinstance(message, dict):
        raise ValueError("a frame's header is no object")
    return message


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"a frame's header has {constant} in it")
