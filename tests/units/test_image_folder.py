"""A folder of photographs: every kind of file people have in theirs, and every way it is wrong."""

from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support import PHOTOS, needs_photos

from helpers import data
from helpers.errors import CourseError


def photograph(
    path: Path, seed: int = 0, size: tuple[int, int] = (60, 40), **options: object
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    Image.fromarray(pixels).save(path, **options)
    return path


def a_class(folder: Path, count: int, first: int = 0) -> None:
    for i in range(count):
        photograph(folder / f"{i:03d}.jpg", seed=first + i)


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    """Return a folder of twenty roses and ten tulips."""
    a_class(tmp_path / "garden" / "rose", 20)
    a_class(tmp_path / "garden" / "tulip", 10, first=100)
    return tmp_path / "garden"


def seen(pictures: data.Pictures) -> set[bytes]:
    return {pictures.picture(i).tobytes() for i in range(len(pictures))}


# ---- splits ----------------------------------------------------------------------------------


def test_each_class_is_split_seventy_fifteen_fifteen(garden: Path) -> None:
    photos = data.image_folder(garden)
    assert photos.classes == ("rose", "tulip")
    parts = (photos.train, photos.valid, photos.test)
    assert [part.labels.bincount().tolist() for part in parts] == [[14, 6], [3, 2], [3, 2]]
    assert len(set().union(*(seen(part) for part in parts))) == 30
    assert photos.field is None


def test_the_split_is_the_same_each_time_and_follows_the_seed(garden: Path) -> None:
    first, again, other = (data.image_folder(garden, seed=seed) for seed in (0, 0, 1))
    assert first.test.fingerprint == again.test.fingerprint
    assert seen(first.test) == seen(again.test)
    assert seen(first.test) != seen(other.test)
    assert first.test.fingerprint != other.test.fingerprint


@pytest.mark.parametrize("name", ["valid", "val"])
def test_split_folders_are_kept(tmp_path: Path, name: str) -> None:
    for number, split in enumerate(("train", name, "test")):
        a_class(tmp_path / split / "rose", 3 + number, first=100 * number)
        a_class(tmp_path / split / "tulip", 3 + number, first=100 * number + 50)
    photos = data.image_folder(tmp_path)
    assert [len(photos.train), len(photos.valid), len(photos.test)] == [6, 8, 10]


def test_a_missing_test_folder_is_cut_from_the_validation_folder(tmp_path: Path) -> None:
    for number, split in enumerate(("train", "val")):
        a_class(tmp_path / split / "rose", 6, first=100 * number)
        a_class(tmp_path / split / "tulip", 5, first=100 * number + 50)
    photos = data.image_folder(tmp_path)
    assert photos.train.labels.bincount().tolist() == [6, 5]
    assert photos.valid.labels.bincount().tolist() == [3, 3]
    assert photos.test.labels.bincount().tolist() == [3, 2]
    assert not seen(photos.valid) & seen(photos.test)


def test_a_train_folder_alone_is_split(garden: Path, tmp_path: Path) -> None:
    garden.rename(tmp_path / "train")
    photos = data.image_folder(tmp_path)
    assert photos.classes == ("rose", "tulip")
    assert [len(photos.train), len(photos.valid), len(photos.test)] == [20, 5, 5]


def test_classes_named_train_and_station_are_classes(tmp_path: Path) -> None:
    a_class(tmp_path / "train", 4)
    a_class(tmp_path / "station", 4, first=50)
    assert data.image_folder(tmp_path).classes == ("station", "train")


def test_the_fingerprint_follows_the_content_not_the_place(garden: Path, tmp_path: Path) -> None:
    before = data.image_folder(garden)
    moved = garden.rename(tmp_path / "elsewhere")
    assert data.image_folder(moved).train.fingerprint == before.train.fingerprint
    assert data.image_folder(moved, size=64).train.fingerprint != before.train.fingerprint
    photograph(moved / "rose" / "003.jpg", seed=999)
    changed = data.image_folder(moved)
    assert {changed.train.fingerprint, changed.valid.fingerprint, changed.test.fingerprint} != {
        before.train.fingerprint,
        before.valid.fingerprint,
        before.test.fingerprint,
    }


# ---- files -----------------------------------------------------------------------------------


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def a_bomb(path: Path) -> None:
    """Write a PNG of a few bytes that claims to be 60,000 pixels wide and high."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def cut_short(path: Path) -> None:
    whole = photograph(path, size=(400, 300)).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


BROKEN: dict[str, Callable[[Path], None]] = {
    "empty.jpg": lambda path: path.write_bytes(b"") and None,
    "text.jpg": lambda path: path.write_text("<html>404 Not Found</html>") and None,
    "zeros.png": lambda path: path.write_bytes(bytes(5000)) and None,
    "cut.jpg": cut_short,
    "cut.png": cut_short,
    "bomb.png": a_bomb,
    "dot.png": lambda path: photograph(path, size=(1, 1)) and None,
}


def test_broken_files_are_skipped_and_listed_in_one_line(
    garden: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, write in BROKEN.items():
        write(garden / "tulip" / f"broken-{name}")
    (garden / "tulip" / "notes.txt").write_text("not looked at")
    (garden / "tulip" / ".hidden.jpg").write_text("not looked at")
    photos = data.image_folder(garden)
    out, err = capfd.readouterr()
    assert err == ""
    lines = [line for line in out.splitlines() if not line.startswith("reading photographs: ")]
    assert lines == [
        "Skipped 7 files that cannot be read as a picture: "
        "broken-bomb.png, broken-cut.jpg, broken-cut.png, ..."
    ]
    assert len(photos.train) + len(photos.valid) + len(photos.test) == 30


def test_one_broken_file_is_named(garden: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cut_short(garden / "rose" / "zzz.jpg")
    data.image_folder(garden)
    assert "Skipped 1 file that cannot be read as a picture: zzz.jpg\n" in capfd.readouterr().out


def decoded(path: Path, size: int = 64) -> Image.Image:
    from helpers.data.photographs import decode

    picture = decode(path.read_bytes(), size)
    assert picture.mode == "RGB"
    return picture


def plain(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (60, 40), colour)


def test_rotation_in_the_metadata_is_undone(tmp_path: Path) -> None:
    image = plain((0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 30, 40))  # red on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned a quarter
    image.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    picture = decoded(tmp_path / "turned.jpg")
    assert picture.size == (40, 60)
    top, bottom = picture.getpixel((20, 5)), picture.getpixel((20, 55))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > top[2] and bottom[2] > 200 > 60 > bottom[0]


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "1", "YCbCr", "LA", "RGBA"])
def test_every_kind_of_colour_becomes_rgb(tmp_path: Path, mode: str) -> None:
    kinds = {"CMYK": "jpg", "YCbCr": "jpg", "L": "jpg"}
    path = tmp_path / f"file.{kinds.get(mode, 'png')}"
    image = plain((255, 255, 255)).convert("L" if mode == "LA" else "RGB").convert(mode)
    image.save(path)
    pixel = decoded(path).getpixel((30, 20))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 245


def test_sixteen_bits_are_stretched_not_cut(tmp_path: Path) -> None:
    values = np.linspace(1000, 40_000, 60 * 40).reshape(40, 60).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    grey = np.asarray(decoded(tmp_path / "deep.png"))[:, :, 0]
    assert grey[0, 0] == 0
    assert grey[-1, -1] == 255
    assert 100 < grey[20, 30] < 155


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (60, 40), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert decoded(tmp_path / "clear.png").getpixel((5, 5)) == (255, 255, 255)


def test_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [plain((250, 0, 0)), plain((0, 250, 0))]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    pixel = decoded(tmp_path / "moving.gif").getpixel((30, 20))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 240 > 10 > pixel[1]


def test_a_huge_photograph_is_shrunk_and_keeps_its_proportions(tmp_path: Path) -> None:
    photograph(tmp_path / "huge.jpg", size=(3000, 1500))
    width, height = decoded(tmp_path / "huge.jpg", size=64).size
    assert height == 128
    assert abs(width - 256) <= 1
    photograph(tmp_path / "small.jpg", size=(100, 90))
    assert decoded(tmp_path / "small.jpg", size=64).size == (100, 90)


def test_a_photograph_that_vanishes_later_is_one_line(garden: Path) -> None:
    photos = data.image_folder(garden)
    for path in (garden / "rose").iterdir():
        path.unlink()
    with pytest.raises(CourseError, match="load the folder again") as caught:
        photos.train.picture(0)
    assert "\n" not in str(caught.value)


# ---- folders that do not work ----------------------------------------------------------------


def one_line(path: Path) -> str:
    with pytest.raises(CourseError) as caught:
        data.image_folder(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_folder(tmp_path: Path) -> None:
    assert "There is no folder" in one_line(tmp_path / "nowhere")


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    assert "There is no folder" in one_line(photograph(tmp_path / "a.jpg"))


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "has no class folders with pictures" in one_line(tmp_path)


def test_pictures_without_class_folders(tmp_path: Path) -> None:
    a_class(tmp_path, 5)
    assert "a folder of its own, at least two" in one_line(tmp_path)


def test_a_single_class(tmp_path: Path) -> None:
    a_class(tmp_path / "rose", 9)
    assert "has 1 class folder with pictures" in one_line(tmp_path)


def test_a_class_with_two_pictures(garden: Path) -> None:
    a_class(garden / "violet", 2)
    line = one_line(garden)
    assert "violet has 2 usable pictures" in line


def test_a_class_of_nothing_but_broken_files(garden: Path) -> None:
    (garden / "violet").mkdir()
    for i in range(4):
        cut_short(garden / "violet" / f"{i}.jpg")
    assert "violet has no usable pictures" in one_line(garden)


def test_a_class_that_is_missing_from_the_training_folder(tmp_path: Path) -> None:
    for split in ("train", "val", "test"):
        a_class(tmp_path / split / "rose", 3)
    a_class(tmp_path / "val" / "tulip", 3)
    a_class(tmp_path / "test" / "tulip", 3)
    assert "no training picture of 'tulip'" in one_line(tmp_path)


@pytest.mark.parametrize("position", [99, -99, "ants", None, 0.5])
def test_a_picture_that_is_not_there(garden: Path, position: Any) -> None:
    train = data.image_folder(garden).train
    for ask in (train.picture, train.__getitem__):
        with pytest.raises(CourseError, match=r"no picture -?99 in 'train'|not the position") as e:
            ask(position)
        assert "\n" not in str(e.value)
    assert len(list(train)) == len(train), "a for loop still ends"


# ---- real photographs ------------------------------------------------------------------------


@needs_photos
def test_real_photographs(capfd: pytest.CaptureFixture[str]) -> None:
    photos = data.image_folder(PHOTOS)
    assert photos.classes == ("ants", "bees")
    assert len(photos.train) + len(photos.valid) + len(photos.test) == 397
    for part in (photos.train, photos.valid, photos.test):
        assert min(part.labels.bincount().tolist()) > 20
        assert part.picture(0).mode == "RGB"
        assert min(part.picture(0).size) <= 256
    assert capfd.readouterr().err == ""


def test_pictures_pickle_as_paths(garden: Path) -> None:
    assert len(pickle.dumps(data.image_folder(garden).train)) < 6000
