"""Field pictures: a class's own, the herbarium's, one's own; and predictions for them."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers import data
from helpers.data import field
from helpers.data.flora import class_set, splits
from helpers.data.pictures import ArraySource, Pictures, PictureSet
from helpers.errors import CourseError
from helpers.places import CLASS_FILE

SECRET = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4


def written(secret: str = SECRET, count: int = 6, size: int = 32) -> bytes:
    file = io.BytesIO()
    class_set.write_class_set(file, secret, count, size, show=False)
    return file.getvalue()


def read(folder: Path, content: bytes) -> data.FieldPictures:
    path = folder / CLASS_FILE
    path.write_bytes(content)
    return field.read_class_set(path)


def jpeg(side: int = 32, mode: str = "RGB", kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (side, side)).save(file, kind)
    return file.getvalue()


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the pictures of a class in it."""
    (tmp_path / CLASS_FILE).write_bytes(written())
    return tmp_path


def small_set(name: str = "herbarium") -> PictureSet:
    """Pictures of four classes, four of each in the test split, in the order of the classes."""
    shades = np.arange(16, dtype=np.uint8)[:, None, None, None] * np.ones((1, 32, 32, 3), np.uint8)
    labels = [index // 4 for index in range(16)]
    split = Pictures(ArraySource(shades, "00"), labels, tuple("abcd"), "test")
    return PictureSet(name, tuple("abcd"), 32, split, split, split)


# --- a class's own set ----------------------------------------------------------------------------


def test_the_same_secret_gives_the_same_file_and_another_secret_another() -> None:
    assert written() == written()
    assert written()[:200] != written(OTHER)[:200]
    assert class_set.set_id(SECRET) != class_set.set_id(OTHER)


def test_species_follow_from_the_secret_and_tell_nothing_by_order_or_number() -> None:
    first, other = class_set.species_of(SECRET), class_set.species_of(OTHER)
    agreeing = sum(one == two for one, two in zip(first, other, strict=True))
    assert len(first) == class_set.COUNT and agreeing < 0.15 * class_set.COUNT
    assert set(first) == set(splits.CLASSES)
    counts = Counter(first)
    assert counts != Counter(other) and len(set(counts.values())) > 4
    runs = sum(one == two for one, two in pairwise(first))
    assert runs < 0.15 * class_set.COUNT


def test_species_are_computed_without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_set, "photograph", None)
    assert len(class_set.species_of(SECRET)) == class_set.COUNT


def test_the_pictures_show_the_species_that_the_secret_gives(tmp_path: Path) -> None:
    """Drawn as its species, a picture is the one in the file, but for JPEG's rounding."""
    pictures = read(tmp_path, written(count=3, size=64)).pictures
    for place, name in enumerate(class_set.species_of(SECRET, 3)):
        species = class_set.SPECIES[splits.CLASSES.index(name)]
        rng = class_set._generator(SECRET, place)
        drawn = class_set.photograph(species, class_set.FIELD, rng, 64).astype(int)
        kept = np.asarray(pictures.picture(place)).astype(int)
        assert np.abs(drawn - kept).mean() < 3


def test_the_file_holds_neither_labels_nor_secret_nor_times() -> None:
    content = written()
    assert SECRET.encode() not in content
    for name in splits.CLASSES:
        assert name.encode() not in content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == list(
        class_set.picture_names(class_set.set_id(SECRET), 6)
    )
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.comment + entry.extra for entry in entries} == {b""}


def test_a_secret_is_long_random_and_checked() -> None:
    assert len({class_set.new_secret() for _ in range(9)}) == 9
    assert class_set.checked_secret(class_set.new_secret() + "\n")
    for wrong in ("", "abc", "g" * 64, "a" * 31, "a" * 129):
        with pytest.raises(CourseError) as caught:
            class_set.checked_secret(wrong)
        assert not wrong or wrong not in str(caught.value)


# --- reading it -----------------------------------------------------------------------------------


def test_the_file_beside_the_notebook_is_used(
    small_herbarium: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    found = data.field_pictures(data.herbarium(size=32))
    assert found.set_id == class_set.set_id(SECRET)
    assert found.names == class_set.picture_names(found.set_id, 6)
    assert len(found) == len(found.pictures) == 6
    assert found.pictures.labels.tolist() == [-1] * 6
    assert found.pictures.classes == splits.CLASSES
    assert found.pictures.picture(0).size == (32, 32)
    assert "your class's" in found.source and found.source in repr(found)


def test_without_a_file_it_is_the_herbariums_own(small_herbarium: Path, tmp_path: Path) -> None:
    flowers = data.herbarium(size=32)
    found = data.field_pictures(flowers, tmp_path)
    assert found.pictures is flowers.field
    assert found.names[:2] == ("field-001.jpg", "field-002.jpg") and found.set_id == "field"
    another = data.field_pictures(data.herbarium(draw=1, size=32), tmp_path)
    assert another.set_id.startswith("own-") and "another draw" in another.source


def test_other_pictures_hide_the_labels_of_their_test_split(folder: Path) -> None:
    flowers = small_set("garden")
    found = data.field_pictures(flowers, folder)
    shades = [int(np.asarray(found.pictures.picture(index))[0, 0, 0]) for index in range(16)]
    assert sorted(shades) == list(range(16)) and shades != sorted(shades)
    assert found.pictures.labels.tolist() == [-1] * 16
    assert found.set_id.startswith("own-") and found.names[0] == found.set_id + "-001.jpg"
    assert found.names == data.field_pictures(small_set(), folder).names
    assert "'garden'" in found.source


GOOD = "class-0a1b2c3d-00{}.jpg"
BAD_FILES = {
    "empty": b"",
    "text": b"these are not the pictures you are looking for",
    "cut short": written()[:-300],
    "a bit flipped": written()[:900] + b"\xff" + written()[901:],
    "no pictures": zipped({}),
    "other names": zipped({"a.jpg": jpeg()}),
    "a way out": zipped({"../../class-0a1b2c3d-001.jpg": jpeg()}),
    "two sets": zipped({GOOD.format(1): jpeg(), "class-ffffffff-002.jpg": jpeg()}),
    "a gap": zipped({GOOD.format(1): jpeg(), GOOD.format(3): jpeg()}),
    "a program too": zipped({GOOD.format(1): jpeg(), "run.py": b"print()"}),
    "not a picture": zipped({GOOD.format(1): b"import os"}),
    "another format": zipped({GOOD.format(1): jpeg(kind="PNG")}),
    "grey": zipped({GOOD.format(1): jpeg(mode="L")}),
    "sizes differ": zipped({GOOD.format(1): jpeg(32), GOOD.format(2): jpeg(64)}),
    "too small": zipped({GOOD.format(1): jpeg(8)}),
    "too large": zipped({GOOD.format(1): jpeg(4000)}),
    "a bomb": zipped({GOOD.format(1): b"\0" * 2**25}),
    "too many": zipped({f"class-0a1b2c3d-{n:04d}.jpg": b"" for n in range(1, 2500)}),
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_is_not_what_it_should_be_is_one_line(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CourseError, match="copy it again from what your instructor") as caught:
        read(tmp_path, content)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300
    assert capfd.readouterr() == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == [CLASS_FILE]


def test_a_lying_directory_does_not_unpack_more_than_it_says(tmp_path: Path) -> None:
    """The size in the directory of the zip file is changed: the reader stops at its own limit."""
    content = zipped({GOOD.format(1): b"\0" * 2**25})
    real, small = (2**25).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    with pytest.raises(CourseError):
        read(tmp_path, content.replace(real, small))


def test_a_folder_or_an_unreadable_path_is_one_line(small_herbarium: Path, tmp_path: Path) -> None:
    (tmp_path / CLASS_FILE).mkdir()
    with pytest.raises(CourseError, match="cannot be used"):
        data.field_pictures(data.herbarium(size=32), tmp_path)


# --- writing predictions --------------------------------------------------------------------------


def test_predictions_are_a_table_with_two_columns(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text("old")
    path.chmod(0o444)  # as nbgrader leaves what it copies
    data.write_predictions(path, ["a-1.jpg", "a-2.jpg"], ("Rosa, wild", "Lirion lineata"))
    expected = 'picture,species\na-1.jpg,"Rosa, wild"\na-2.jpg,Lirion lineata\n'
    assert path.read_bytes() == expected.encode()
    assert [path.name for path in tmp_path.iterdir()] == ["predictions.csv"]


@pytest.mark.parametrize(
    ("names", "species", "hint"),
    [
        (["a", "b"], ["x"], "There are 2 names of pictures and 1 species"),
        (["a"], [3], "3 is not the name of a species"),
        (["a"], [np.int64(3)], "flowers.classes"),
        ([1], ["x"], "1 is not the name of a picture"),
    ],
)
def test_predictions_that_cannot_be_meant_are_refused(
    tmp_path: Path, names: list[str], species: list[str], hint: str
) -> None:
    with pytest.raises(CourseError, match=hint) as caught:
        data.write_predictions(tmp_path / "p.csv", names, species)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Cannot write"):
        data.write_predictions(tmp_path / "no" / "p.csv", ["a"], ["x"])
