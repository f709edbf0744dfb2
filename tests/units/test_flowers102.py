"""Flowers-102 from a server on the loopback: whole, resumed, damaged, offline."""

from __future__ import annotations

import hashlib
import http.server
import io
import socket
import struct
import tarfile
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers import data
from helpers.data import oxford
from helpers.errors import CourseError

COUNT, SPECIES = 60, 3  # a garden of its own: sixty photographs of three species
LABELS = np.arange(COUNT) % SPECIES + 1


def element(kind: int, content: bytes) -> bytes:
    """Return one element of a MATLAB 5 file."""
    if len(content) <= 4:
        return struct.pack("<HH4s", kind, len(content), content.ljust(4, b"\0"))
    return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)


def mat_file(**arrays: np.ndarray) -> bytes:
    """Return a compressed MATLAB 5 file, as the real ones are."""
    out = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<HH", 0x0100, 0x4D49)
    kinds = {"uint8": (9, 2), "uint16": (11, 4), "float64": (6, 9)}
    for name, values in arrays.items():
        class_number, kind = kinds[values.dtype.name]
        matrix = (
            element(6, struct.pack("<II", class_number, 0))
            + element(5, struct.pack("<ii", 1, len(values)))
            + element(1, name.encode())
            + element(kind, values.tobytes())
        )
        packed = zlib.compress(element(14, matrix))
        out += struct.pack("<II", 15, len(packed)) + packed
    return out


def archive() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for i in range(COUNT):
            pixels = np.random.default_rng(i).integers(0, 256, (30, 40, 3), np.uint8)
            picture = io.BytesIO()
            Image.fromarray(pixels).save(picture, "JPEG")
            add(tar, f"jpg/image_{i + 1:05d}.jpg", picture.getvalue())
        add(tar, "../escaped.jpg", b"no")
    return buffer.getvalue()


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


class Garden(http.server.ThreadingHTTPServer):
    """A server of three files that counts what it sends and can break off."""

    files: dict[str, bytes]
    ranges = True
    breaks_after: int | None = None
    sent: dict[str, int]


class Handler(http.server.BaseHTTPRequestHandler):
    server: Garden

    def do_GET(self) -> None:
        name = self.path.rsplit("/", 1)[-1]
        content, start = self.server.files[name], 0
        asked = self.headers.get("Range")
        if asked and self.server.ranges:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                self.send_error(416)
                return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        part = content[start:]
        if self.server.breaks_after is not None and name == oxford.ARCHIVE:
            part = part[: self.server.breaks_after]
        self.wfile.write(part)
        self.server.sent[name] = self.server.sent.get(name, 0) + len(part)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Garden]:
    """Serve a small Flowers-102 and make it the one that is downloaded."""
    official = {
        "trnid": np.arange(1, 7, dtype=np.uint16),
        "valid": np.arange(7, 13, dtype=np.uint16),
        "tstid": np.arange(13, COUNT + 1, dtype=np.uint16),
    }
    server = Garden(("127.0.0.1", 0), Handler)
    server.sent = {}
    server.files = {
        oxford.ARCHIVE: archive(),
        oxford.LABELS: mat_file(labels=LABELS.astype(np.uint8)),
        oxford.SPLITS: mat_file(**official),
    }
    sums = {name: hashlib.md5(content).hexdigest() for name, content in server.files.items()}
    monkeypatch.setattr(oxford, "URL", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setattr(oxford, "MD5", sums)
    monkeypatch.setattr(oxford, "PHOTOGRAPHS", COUNT)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def folder_in(cache: Path) -> Path:
    return cache / "flowers102" / "flowers-102"


def first_pixels(pictures: data.Pictures) -> set[bytes]:
    return {pictures.picture(i).tobytes() for i in range(len(pictures))}


def one_line() -> str:
    with pytest.raises(CourseError) as caught:
        data.flowers102()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_article_split_is_eighty_ten_ten_of_everything(
    garden: Garden, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    flowers = data.flowers102()
    parts = (flowers.train, flowers.valid, flowers.test)
    assert [part.labels.bincount().tolist() for part in parts] == [[16] * 3, [2] * 3, [2] * 3]
    assert len(set().union(*(first_pixels(part) for part in parts))) == COUNT
    assert len(flowers.classes) == 102
    assert flowers.train.fingerprint == data.flowers102().train.fingerprint
    assert flowers.train.fingerprint != data.flowers102(seed=1).train.fingerprint
    assert capfd.readouterr().err == ""
    names = {path.name for path in folder_in(tmp_path).iterdir()}
    assert {name for name in names if not name.endswith(".lock")} == {
        "jpg",
        oxford.LABELS,
        oxford.SPLITS,
    }
    assert not (tmp_path / "flowers102" / "escaped.jpg").exists()


def test_the_official_split_is_the_one_in_the_file(garden: Garden) -> None:
    flowers = data.flowers102(split="official")
    assert flowers.train.labels.tolist() == [0, 1, 2, 0, 1, 2]
    assert [len(flowers.train), len(flowers.valid), len(flowers.test)] == [6, 6, 48]
    with Image.open(io.BytesIO(jpeg_of(garden, 7))) as image:
        assert flowers.valid.picture(0).tobytes() == image.convert("RGB").tobytes()


def jpeg_of(garden: Garden, number: int) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(garden.files[oxford.ARCHIVE])) as tar:
        file = tar.extractfile(f"jpg/image_{number:05d}.jpg")
        assert file is not None
        return file.read()


def test_nothing_is_asked_for_twice(garden: Garden) -> None:
    data.flowers102()
    garden.sent.clear()
    data.flowers102()
    assert garden.sent == {}


def test_a_download_goes_on_where_it_stopped(garden: Garden) -> None:
    whole = len(garden.files[oxford.ARCHIVE])
    garden.breaks_after = whole // 3
    assert "goes on where it stopped" in one_line()
    garden.breaks_after = None
    garden.sent.clear()
    assert len(data.flowers102().train) == 48
    assert garden.sent == {oxford.ARCHIVE: whole - whole // 3}


def test_a_server_that_cannot_resume_sends_all_of_it(garden: Garden) -> None:
    garden.breaks_after = 1000
    one_line()
    garden.breaks_after, garden.ranges = None, False
    assert len(data.flowers102().train) == 48


def test_a_whole_file_that_was_not_yet_checked_is_used(garden: Garden, tmp_path: Path) -> None:
    folder_in(tmp_path).mkdir(parents=True)
    partial = folder_in(tmp_path) / f"{oxford.ARCHIVE}.part"
    partial.write_bytes(garden.files[oxford.ARCHIVE])
    assert len(data.flowers102().train) == 48
    assert oxford.ARCHIVE not in garden.sent


@pytest.mark.parametrize("name", [oxford.ARCHIVE, oxford.LABELS, oxford.SPLITS])
def test_a_damaged_file_is_never_used(garden: Garden, tmp_path: Path, name: str) -> None:
    whole = garden.files[name]
    garden.files[name] = whole[:-20] + bytes(20)
    assert f"{name} arrived damaged and was removed" in one_line()
    assert not list(folder_in(tmp_path).glob(f"{name}*"))
    garden.files[name] = whole
    assert len(data.flowers102().train) == 48


def test_half_unpacked_photographs_do_not_count(garden: Garden, tmp_path: Path) -> None:
    unfinished = folder_in(tmp_path) / "jpg.part"
    unfinished.mkdir(parents=True)
    (unfinished / "image_00001.jpg").write_bytes(b"half")
    assert data.flowers102().train.picture(0).mode == "RGB"
    assert not unfinished.exists()


def test_no_network_is_one_line_with_a_way_on(
    garden: Garden, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as closed:  # bound, but nobody listens
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setattr(oxford, "URL", f"http://127.0.0.1:{closed.getsockname()[1]}/")
        line = one_line()
    assert "connect to the network" in line and "data.herbarium()" in line
    assert capfd.readouterr().err == ""


def test_a_missing_file_on_the_server_is_one_line(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: Handler) -> None:
        self.send_error(404)

    monkeypatch.setattr(Handler, "do_GET", gone)
    assert "Not Found" in one_line()


def test_an_unknown_split_is_one_line(garden: Garden) -> None:
    with pytest.raises(CourseError, match="use 'article' or 'official'"):
        data.flowers102(split="80/10/10")  # type: ignore[arg-type]


def test_the_numbers_of_a_mat_file_come_back(tmp_path: Path) -> None:
    arrays = {
        "tiny": np.array([7], np.uint8),
        "labels": np.arange(300, dtype=np.uint16),
        "reals": np.array([0.5, -2.0]),
    }
    path = tmp_path / "file.mat"
    path.write_bytes(mat_file(**arrays))
    read = oxford.read_mat(path)
    assert {name: values.tolist() for name, values in read.items()} == {
        name: values.tolist() for name, values in arrays.items()
    }
    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(CourseError, match="remove it"):
        oxford.read_mat(path)
