"""Frames arrive whole, or not at all, whatever the other side does."""

from __future__ import annotations

import array
import contextlib
import os
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from helpers.kernels import wire

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    left, right = socket.socketpair()
    right.settimeout(30)
    with left, right:
        yield left, right


def open_files() -> dict[int, tuple[int, int]]:
    """Return which files this process has open: descriptors, and what each stands for."""
    found = {}
    for name in os.listdir("/dev/fd"):
        with contextlib.suppress(OSError):  # the list itself is closed again
            status = os.fstat(int(name))
            found[int(name)] = (status.st_dev, status.st_ino)
    return found


def opened_since(before: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Return what is open and was not; what other tests left may be closed at any time."""
    return dict(open_files().items() - before.items())


def test_frames_keep_their_edges(pair: Pair) -> None:
    left, right = pair
    large = os.urandom(5_000_000)  # more than the socket holds: sent while it is received

    def send_two() -> None:
        wire.send(left, {"number": 1, "text": "é"}, large)
        wire.send(left, {"number": 2})
        left.close()

    sender = threading.Thread(target=send_two)
    sender.start()
    assert wire.receive(right) == ({"number": 1, "text": "é"}, large, [])
    assert wire.receive(right) == ({"number": 2}, b"", [])
    with pytest.raises(EOFError):
        wire.receive(right)
    sender.join()


def test_open_files_go_along_and_are_closed_on_exec(pair: Pair) -> None:
    reading, writing = os.pipe()
    wire.send(pair[0], {}, b"x" * 100, [writing])
    wire.send(pair[0], {}, fds=[reading, writing])
    _, _, first = wire.receive(pair[1])
    _, _, second = wire.receive(pair[1])
    assert (len(first), len(second)) == (1, 2)
    assert not any(os.get_inheritable(fd) for fd in first + second)
    os.write(first[0], b"through")
    assert os.read(second[0], 100) == b"through"
    wire.close_all([*first, *second, reading, writing])


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack("!II", 1000, 2000),
        struct.pack("!II", 2**32 - 1, 2**32 - 1),
        struct.pack("!II", 2, 0) + b"[]",
        struct.pack("!II", 3, 0) + b"NaN",
        struct.pack("!II", 9, 0) + b'{"a":NaN}',
        struct.pack("!II", 2, 0) + b"\xff\xfe",
        struct.pack("!II", 0, 0),
        struct.pack("!II", 1500, 0) + b"[" * 1500,
    ],
)
def test_a_frame_that_lies_is_refused_and_its_files_closed(pair: Pair, frame: bytes) -> None:
    before = open_files()
    carried = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))]
    pair[0].sendmsg([frame], carried)
    with pytest.raises(ValueError):
        wire.receive(pair[1], max_bytes=2000)
    assert opened_since(before) == {}


@pytest.mark.parametrize(
    "part", [b"\x00", struct.pack("!II", 20, 0) + b"{", struct.pack("!II", 2, 5) + b"{}abc"]
)
def test_a_connection_that_breaks_within_a_frame_is_at_its_end(pair: Pair, part: bytes) -> None:
    pair[0].sendall(part)
    pair[0].close()
    with pytest.raises(EOFError):
        wire.receive(pair[1])


def test_a_silent_side_is_left_after_the_sockets_timeout(pair: Pair) -> None:
    pair[1].settimeout(0.05)
    pair[0].sendall(b"\x00\x00")
    with pytest.raises(TimeoutError):
        wire.receive(pair[1])


def test_more_files_than_allowed_are_refused_on_either_side(pair: Pair) -> None:
    many = [0] * (wire.MAX_FDS + 1)
    with pytest.raises(ValueError, match="17 descriptors"):
        wire.send(pair[0], {}, fds=many)
    before = open_files()
    carried = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", many))]
    pair[0].sendmsg([struct.pack("!II", 2, 0) + b"{}"], carried)
    with pytest.raises(ValueError, match="more than 16"):
        wire.receive(pair[1])
    assert opened_since(before) == {}


def test_what_is_no_json_is_not_sent(pair: Pair) -> None:
    with pytest.raises(ValueError):
        wire.send(pair[0], {"loss": float("nan")})
