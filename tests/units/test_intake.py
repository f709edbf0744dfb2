"""What a class hands in, in honest forms and hostile ones: each costs itself alone."""

from __future__ import annotations

import io
import os
import socket
import stat
import struct
import time
import warnings
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.errors import CourseError
from helpers.grading.intake import Intake, Refused, Submission, intake
from helpers.grading.trees import IntakeLimits

L0, L2 = "00_the_wall", "02_selective_unfreezing"
BOOK = b'{"cells": []}'
SMALL = IntakeLimits(notebook_bytes=2000, file_bytes=1000, total_bytes=3000, files=5, entries=50)


def put(path: Path, content: bytes = BOOK) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = 8) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names that are there twice
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def listed(found: Intake) -> list[tuple[str, str]]:
    return [(one.student, one.lesson) for one in found if isinstance(one, Submission)]


def causes(found: Iterable[Submission | Refused]) -> list[str]:
    lines = [one.cause for one in found if isinstance(one, Refused)]
    assert all(line and len(line) < 400 and line.isprintable() for line in lines)
    return lines


def only(found: Iterable[Submission | Refused]) -> Submission:
    [one] = list(found)
    assert isinstance(one, Submission), one
    return one


FORMS: dict[str, tuple[str, bytes]] = {
    "nbgrader's own": (f"ada/{L2}/{L2}.ipynb", BOOK),
    "another name in the lesson's folder": (f"ada/{L2}/final version.ipynb", BOOK),
    "a browser's copy": (f"ada/{L2}/{L2} (1).ipynb", BOOK),
    "in the learner's folder": (f"ada/{L2}.ipynb", BOOK),
    "deep in the learner's folder": (f"ada/a/b/{L2}/{L2}.ipynb", BOOK),
    "any name, one lesson": ("ada/homework.ipynb", BOOK),
    "a zip": ("ada.zip", packed((f"{L2}/{L2}.ipynb", BOOK))),
    "a flat zip": ("ada.ZIP", packed((f"{L2}.ipynb", BOOK))),
    "a zip in the learner's folder": ("ada/work.zip", packed((f"x/{L2}.ipynb", BOOK))),
    "a zip in the lesson's folder": (f"ada/{L2}/work.zip", packed(("homework.ipynb", BOOK))),
    "learner and lesson": (f"ada_{L2}.ipynb", BOOK),
    "learner and lesson, a browser's copy": (f"ada_{L2}-2.ipynb", BOOK),
    "learner and lesson, a zip": (f"ada_{L2}.zip", packed(("any.ipynb", BOOK))),
    "the learner alone": ("ada.ipynb", BOOK),
    "by lesson": (f"{L2}/ada.ipynb", BOOK),
    "by lesson, with the lesson": (f"{L2}/ada_{L2}.ipynb", BOOK),
    "by lesson, a zip": (f"{L2}/ada.zip", packed(("any.ipynb", BOOK))),
    "by lesson, a folder": (f"{L2}/ada/any.ipynb", BOOK),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_understood(form: str, tmp_path: Path) -> None:
    path, content = FORMS[form]
    put(tmp_path / path, content)
    one = only(intake(tmp_path, [L2], known=[L0, L2]))
    assert (one.student, one.lesson, one.notebook, one.notes) == ("ada", L2, BOOK, ())
    assert one.origin == tmp_path.resolve() / path
    assert put(tmp_path / path, content).read_bytes() == content


@pytest.mark.parametrize(
    "form", [f for f in FORMS if L2 in FORMS[f][0] or ("zip" in f and "lesson" not in f)]
)
def test_lessons_that_are_not_graded_now_are_passed_over(form: str, tmp_path: Path) -> None:
    path, content = FORMS[form]
    put(tmp_path / path, content)
    assert list(intake(tmp_path, [L0], known=[L0, L2])) == []
    assert list(intake(tmp_path, [L0])) == []


def test_forms_may_be_mixed_and_come_in_order(tmp_path: Path) -> None:
    put(tmp_path / "cyd.zip", packed((f"{L2}.ipynb", BOOK), (f"{L0}/{L0}.ipynb", BOOK)))
    put(tmp_path / "ada" / L2 / f"{L2}.ipynb")
    put(tmp_path / f"bob_{L0}.ipynb")
    put(tmp_path / L0 / "ada.ipynb")
    found = intake(tmp_path, [L0, L2])
    assert listed(found) == [("ada", L0), ("ada", L2), ("bob", L0), ("cyd", L0), ("cyd", L2)]
    assert len(found) == 5
    assert listed(found) == listed(found)


def test_a_large_class_is_found_soon(tmp_path: Path) -> None:
    for number in range(1000):
        put(tmp_path / f"s{number:04}_{L0}.ipynb")
    started = time.process_time()
    assert len(listed(intake(tmp_path, [L0]))) == 1000
    assert time.process_time() - started < 10


def test_files_beside_the_notebook(tmp_path: Path) -> None:
    folder = tmp_path / "ada" / L2
    put(folder / f"{L2}.ipynb")
    put(folder / "predictions.csv", b"a,b")
    put(folder / "pictures" / "x.png", b"x")
    for name in ("field_pictures.zip", "timestamp.txt", "logbook.jsonl", ".hidden", ".git/x"):
        put(folder / name, b"x")
    put(folder / "torch.py", b"x")
    put(folder / "helpers" / "checks.so", b"x")
    put(folder / "old.tar", b"x")
    put(folder / f"{L2}-Copy1.ipynb", b"x")
    put(folder / ".ipynb_checkpoints" / f"{L2}-checkpoint.ipynb", b"x")
    one = only(intake(tmp_path, [L2]))
    assert one.files == {"predictions.csv": b"a,b", "pictures/x.png": b"x"}
    assert sorted(one.notes) == [
        f"{L2}-Copy1.ipynb was left out: {L2}.ipynb is graded".replace(L2, f"{L2}/{L2}"),
        "helpers/checks.so beside the notebook was left out: nothing is imported from there",
        "old.tar beside the notebook was left out: archives are not opened",
        "torch.py beside the notebook was left out: nothing is imported from there",
    ]


def test_files_beside_the_notebook_in_a_zip(tmp_path: Path) -> None:
    put(
        tmp_path / "ada.zip",
        packed(
            (f"w/{L0}/{L0}.ipynb", BOOK), (f"w/{L2}/{L2}.ipynb", BOOK), (f"w/{L2}/p.csv", b"p"),
            (f"w/{L2}/d/", b""), (f"w/{L2}/d/e.csv", b"e"), ("w/else.csv", b"x"),
            (f"w/{L2}/field_pictures.zip", b"x"), ("__MACOSX/w/._x", b"x"), ("w/.DS_Store", b"x"),
            (f"w/{L2}/inner.zip", b"x"),
        ),
    )  # fmt: skip
    found = {one.lesson: one for one in intake(tmp_path, [L0, L2]) if isinstance(one, Submission)}
    assert found[L0].files == {}
    assert found[L2].files == {"p.csv": b"p", "d/e.csv": b"e"}
    assert found[L2].notes == (
        "inner.zip beside the notebook was left out: archives are not opened",
    )


def test_too_much_beside_the_notebook(tmp_path: Path) -> None:
    folder = tmp_path / "ada" / L2
    put(folder / f"{L2}.ipynb")
    put(folder / "a_large.bin", b"x" * 1001)
    for number in range(6):
        put(folder / f"f{number}", b"x" * 500)
    put(folder / "predictions.csv", b"x" * 900)
    one = only(intake(tmp_path, [L2], limits=SMALL))
    assert list(one.files) == ["predictions.csv", "f0", "f1", "f2", "f3"]
    assert "a_large.bin beside the notebook was left out: it has 1,001 bytes" in one.notes
    assert "f4 beside the notebook was left out: it has 500 bytes" in one.notes


# Who it is.

ROSTER = (
    "student,first_name,last_name,email,canvas\n"
    "lovelace,Ada,Lovelace,ada@x.org,123\n"
    "babbage,Charles,Babbage,cb@x.org,124\n"
    "menabrea,Luigi,Federico Menabrea,lm@x.org,77\n"
    "ada2,Ada,Other,o@x.org,9\n"
)


@pytest.mark.parametrize(
    ("name", "student"),
    [
        (f"lovelaceada_123_456_{L2}.ipynb", "lovelace"),
        (f"lovelace_123_456_{L2}.ipynb", "lovelace"),
        (f"lovelaceada_LATE_123_456_{L2}-1.ipynb", "lovelace"),
        (f"nobody_123_456_{L2}.ipynb", "lovelace"),
        (f"Charles Babbage_99_assignsubmission_file_/{L2}.ipynb", "babbage"),
        (f"Babbage, Charles_99_assignsubmission_file_/{L2}.ipynb", "babbage"),
        (f"LuigiFedericoMenabrea_5_6_{L2}.zip", "menabrea"),
        (f"cb@x.org/{L2}/{L2}.ipynb", "babbage"),
        (f"LOVELACE/{L2}/{L2}.ipynb", "lovelace"),
        (f"{L2}/77.ipynb", "menabrea"),
    ],
)
def test_names_made_by_platforms(name: str, student: str, tmp_path: Path) -> None:
    roster = put(tmp_path / "in" / "roster.csv", ROSTER.encode())
    content = packed((f"{L2}.ipynb", BOOK)) if name.endswith(".zip") else BOOK
    put(tmp_path / "in" / name, content)
    one = only(intake(tmp_path / "in", [L2], roster))
    assert (one.student, one.lesson) == (student, L2)


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        (f"grace_{L2}.ipynb", "nobody in the roster is called grace"),
        (f"grace_1_2_{L2}.ipynb", "nobody in the roster is called grace_1_2"),
        (f"ada_{L2}.ipynb", "ada may be ada2 or lovelace: give each one a line of its own"),
        (f"lovelace_124_3_{L2}.ipynb", "lovelace_124_3 may be babbage or lovelace: give"),
    ],
)
def test_a_roster_that_does_not_say_who(name: str, cause: str, tmp_path: Path) -> None:
    roster = put(tmp_path / "roster.csv", ROSTER.encode())
    put(tmp_path / "in" / name)
    [said] = causes(intake(tmp_path / "in", [L2], roster))
    assert said.startswith(cause)


@pytest.mark.parametrize(
    "name", [f"lovelace_1_2_{L2}.ipynb", f"A L_7_assignsubmission_file_/{L2}.ipynb"]
)
def test_a_platforms_name_needs_a_roster(name: str, tmp_path: Path) -> None:
    put(tmp_path / name)
    assert "--roster" in causes(intake(tmp_path, [L2]))[0]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"name,mail\na,b\n", "needs a first line with a column student"),
        (b"", "needs a first line"),
        (b"student\n../x\n", "is no id for a learner"),
        (b"student\nada\nAda\n", "names Ada twice"),
        (b"\xff\xfe\xff", "cannot be read as UTF-8"),
    ],
)
def test_a_roster_that_cannot_be_used(content: bytes, cause: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "ada.ipynb")
    roster = put(tmp_path / "roster.csv", content)
    with pytest.raises(CourseError, match=cause):
        intake(tmp_path / "in", [L2], roster)
    with pytest.raises(CourseError, match="roster"):
        intake(tmp_path / "in", [L2], tmp_path / "nowhere.csv")


def test_identity_does_not_come_from_inside(tmp_path: Path) -> None:
    inside = b'{"cells": [], "metadata": {"student": "bob", "lesson": "00_the_wall"}}'
    put(tmp_path / "ada.zip", packed((f"bob/{L2}/{L2}.ipynb", inside)))
    assert listed(intake(tmp_path, [L0, L2])) == [("ada", L2)]


# What fits twice, or not at all.


def test_two_different_ones_are_both_refused(tmp_path: Path) -> None:
    put(tmp_path / "ada" / L2 / f"{L2}.ipynb")
    put(tmp_path / f"ada_{L2}.ipynb", b"other")
    put(tmp_path / "bob.ipynb")
    found = intake(tmp_path, [L2])
    assert listed(found) == [("bob", L2)]
    assert len(causes(found)) == 2
    assert f"ada/{L2}/{L2}.ipynb and ada_{L2}.ipynb" in causes(found)[0]


def test_two_equal_ones_are_one(tmp_path: Path) -> None:
    put(tmp_path / "ada" / L2 / f"{L2}.ipynb")
    put(tmp_path / f"ada_{L2}.ipynb")
    one = only(intake(tmp_path, [L2]))
    assert one.notes == ("handed in 2 times, each time the same",)


def test_two_in_one_zip_are_refused(tmp_path: Path) -> None:
    put(tmp_path / "ada.zip", packed((f"a/{L2}.ipynb", BOOK), (f"b/{L2}.ipynb", b"other")))
    assert "several different ones" in causes(intake(tmp_path, [L2]))[0]


@pytest.mark.parametrize("pair", [("ada", "Ada"), ("jose\u0301", "jos\u00e9"), ("ﬁa", "fia")])
def test_learners_who_differ_only_by_case_or_form(pair: Sequence[str], tmp_path: Path) -> None:
    put(tmp_path / pair[0] / L0 / f"{L0}.ipynb")
    put(tmp_path / pair[1] / L2 / f"{L2}.ipynb", b"other")
    put(tmp_path / "bob" / L2 / f"{L2}.ipynb")
    found = intake(tmp_path, [L0, L2])
    if pair[0].startswith("jos"):  # one name in two spellings of Unicode: one learner
        assert listed(found) == [("bob", L2), ("josé", L0), ("josé", L2)]
    else:
        assert listed(found) == [("bob", L2)]
        assert "differ only by case" in causes(found)[0]


@pytest.mark.parametrize(
    ("path", "content", "cause"),
    [
        ("ada.docx", b"x", "ada.docx is neither a notebook nor a zip"),
        ("ada/notes.txt", b"x", "it holds no notebook"),
        ("ada.zip", packed(("x.txt", b"x")), "it holds no notebook"),
        ("ada.zip", packed(("in.zip", packed((f"{L2}.ipynb", BOOK)))), "another archive"),
        ("ada/work.rar", b"x", "another archive"),
        ("ada.zip", b"no zip at all", "it is no zip"),
        ("ada.zip", b"", "it is no zip"),
        (f"{L2}.ipynb", BOOK, "does not say whose it is"),
        (f"{L2}/{L2}.ipynb", BOOK, "does not say whose it is"),
        (f"{L2}/ada_{L0}.ipynb", BOOK, "named after another lesson than its folder"),
        ("-ada.ipynb", BOOK, "is no id for a learner"),
        ("=1+1.ipynb", BOOK, "is no id for a learner"),
        (f"a\nb_{L2}.ipynb", BOOK, "has control characters in its name"),
        (f"a\\b_{L2}.ipynb", BOOK, "has a backslash in its name"),
        (f"a\u202eb_{L2}.ipynb", BOOK, "hide how it reads"),
        (f"ada/{'x' * 200}/{'y' * 200}.zip", b"x", "it is no zip"),
    ],
)
def test_what_does_not_fit_is_refused_by_one_line(
    path: str, content: bytes, cause: str, tmp_path: Path
) -> None:
    put(tmp_path / path, content)
    put(tmp_path / "bob" / L2 / f"{L2}.ipynb")
    found = intake(tmp_path, [L2])
    assert listed(found) == [("bob", L2)]
    [said] = causes(found)
    assert cause in said


def test_a_name_that_says_no_lesson(tmp_path: Path) -> None:
    put(tmp_path / "ada.ipynb")
    put(tmp_path / "bob" / "work.ipynb")
    assert [cause for cause in causes(intake(tmp_path, [L0, L2]))] == [
        "the name does not say which lesson: use --lesson",
        "work.ipynb: the name of no lesson",
    ]


def test_a_lesson_that_the_class_does_not_have(tmp_path: Path) -> None:
    put(tmp_path / "ada" / "09_unknown.ipynb")
    put(tmp_path / "bob_09_unknown.ipynb")
    found = intake(tmp_path, [L0], known=[L0, L2])
    assert listed(found) in ([("ada", L0)], [("ada", L0), ("bob_09_unknown", L0)])


def test_folders_and_files_that_do_not_exist(tmp_path: Path) -> None:
    for wrong in (tmp_path / "nowhere", put(tmp_path / "all.zip")):
        with pytest.raises(CourseError, match="is no folder"):
            intake(wrong, [L2])
    (tmp_path / "in").mkdir()
    assert len(intake(tmp_path / "in", [L2])) == 0


# Hostile ones.

Arrange = Callable[[Path, Path], object]


def as_link(folder: Path, secret: Path) -> None:
    (folder / L2).mkdir(parents=True)
    (folder / L2 / f"{L2}.ipynb").symlink_to(secret)


def as_linked_folder(folder: Path, secret: Path) -> None:
    folder.mkdir()
    (folder / L2).symlink_to(put(secret.parent / "away" / f"{L2}.ipynb").parent)


def as_linked_learner(folder: Path, secret: Path) -> None:
    folder.symlink_to(put(secret.parent / "away" / L2 / f"{L2}.ipynb").parent.parent)


def as_hard_link(folder: Path, secret: Path) -> None:
    (folder / L2).mkdir(parents=True)
    os.link(secret, folder / L2 / f"{L2}.ipynb")


def as_pipe(folder: Path, secret: Path) -> None:
    (folder / L2).mkdir(parents=True)
    os.mkfifo(folder / L2 / f"{L2}.ipynb")


def as_socket(folder: Path, secret: Path) -> None:
    (folder / L2).mkdir(parents=True)
    before = os.getcwd()
    os.chdir(folder / L2)  # a socket's name must be short
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(f"{L2}.ipynb")
    finally:
        os.chdir(before)


def as_folder(folder: Path, secret: Path) -> None:
    (folder / L2 / f"{L2}.ipynb").mkdir(parents=True)


def as_linked_zip(folder: Path, secret: Path) -> None:
    folder.with_suffix(".zip").symlink_to(secret)


def as_dangling_link(folder: Path, secret: Path) -> None:
    folder.with_suffix(".ipynb").symlink_to(secret.parent / "nowhere")


def as_monster(folder: Path, secret: Path) -> None:
    put(folder / L2 / f"{L2}.ipynb")
    os.truncate(folder / L2 / f"{L2}.ipynb", 30 * 2**20)


def as_a_thousand_files(folder: Path, secret: Path) -> None:
    for number in range(6000):
        put(folder / L2 / f"{number}", b"")


def as_a_deep_well(folder: Path, secret: Path) -> None:
    put(folder.joinpath(*["d"] * 60) / f"{L2}.ipynb")


@pytest.mark.parametrize(
    "arrange",
    [
        as_link, as_linked_folder, as_linked_learner, as_hard_link, as_pipe, as_socket, as_folder,
        as_linked_zip, as_dangling_link, as_monster, as_a_thousand_files, as_a_deep_well,
    ],
)  # fmt: skip
def test_hostile_folders(arrange: Arrange, tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.ipynb", b"canary")
    arrange(tmp_path / "in" / "eve" if (tmp_path / "in").mkdir() is None else tmp_path, secret)
    put(tmp_path / "in" / "bob" / L2 / f"{L2}.ipynb")
    before = sorted(str(path) for path in (tmp_path / "in").rglob("*"))
    found = intake(tmp_path / "in", [L2])
    assert listed(found) == [("bob", L2)]
    assert len(causes(found)) == 1
    assert not [one for one in found if isinstance(one, Submission) and b"canary" in one.notebook]
    assert sorted(str(path) for path in (tmp_path / "in").rglob("*")) == before


def test_hostile_neighbours_of_an_honest_notebook(tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.txt", b"canary")
    folder = tmp_path / "in" / "eve" / L2
    put(folder / f"{L2}.ipynb")
    (folder / "a.txt").symlink_to(secret)
    (folder / "b").symlink_to(secret.parent)
    os.link(secret, folder / "c.txt")
    os.mkfifo(folder / "d.txt")
    put(folder / "E.txt", b"x")
    put(folder / "e.txt", b"x")
    put(folder / os.fsdecode(b"\xff.txt"), b"x")
    put(folder / "f.txt", b"kept")
    one = only(intake(tmp_path / "in", [L2]))
    assert one.files == {"f.txt": b"kept"}
    assert len(one.notes) == 7
    assert "\n".join(one.notes).encode()


def test_a_file_that_is_swapped_for_a_link_after_it_was_found(tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.txt", b"canary")
    away = put(tmp_path / "away" / L2 / f"{L2}.ipynb", b"canary")
    first = put(tmp_path / "in" / "ada" / L2 / f"{L2}.ipynb")
    second = put(tmp_path / "in" / "bob" / L2 / f"{L2}.ipynb")
    found = intake(tmp_path / "in", [L2])
    first.unlink()
    first.symlink_to(secret)
    second.parent.rename(tmp_path / "gone")
    second.parent.symlink_to(away.parent)
    assert listed(found) == []
    assert len(causes(found)) == 2


def linked(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def pipe(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFIFO | 0o666) << 16
    return info


def with_password(data: bytes) -> bytes:
    at = data.rindex(b"PK\1\2")
    return data[: at + 8] + struct.pack("<H", 1) + data[at + 10 :]


def lying(data: bytes, size: int) -> bytes:
    """Say another size of the last entry than it has."""
    at = data.rindex(b"PK\1\2")
    return data[: at + 24] + struct.pack("<L", size) + data[at + 28 :]


def broken(data: bytes) -> bytes:
    at = data.index(BOOK)
    return data[:at] + b"X" + data[at + 1 :]


HONEST = (f"{L2}.ipynb", BOOK)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (packed(HONEST, ("../evil.txt", b"x")), "leads out of the zip"),
        (packed(HONEST, ("a/../../evil.txt", b"x")), "leads out of the zip"),
        (packed(HONEST, ("/etc/evil", b"x")), "leads out of the zip"),
        (packed(HONEST, ("C:/evil", b"x")), "leads out of the zip"),
        (packed(HONEST, ("..\\evil", b"x")), "leads out of the zip"),
        (packed(HONEST, ("a\\evil", b"x")), "has a backslash"),
        (packed(HONEST, ("a\nb", b"x")), "has control characters"),
        (packed(HONEST, ("a\x1b[2Jb", b"x")), "has control characters"),
        (packed(HONEST, (linked("link"), b"/etc/passwd")), "link is a link"),
        (packed((linked(f"{L2}.ipynb"), b"/etc/passwd")), "is a link"),
        (packed(HONEST, (pipe("pipe"), b"")), "is no ordinary file"),
        (packed(HONEST, HONEST), "is there twice"),
        (packed(HONEST, (f"{L2.upper()}.ipynb", b"x")), "differs from another only by case"),
        (packed(HONEST, (f"./{L2}.ipynb", b"x")), "is there twice"),
        (packed(HONEST, ("e\u0301", b"x"), ("\u00e9", b"x")), "is there twice"),
        (packed(HONEST, *((f"f{n}", b"") for n in range(6000))), "more than 5,000 files"),
        (packed(HONEST, ("bomb", b"\0" * 20 * 2**20)), "far too many for its size"),
        (packed((f"{L2}.ipynb", b" " * 30 * 2**20)), "far too many for its size"),
        (packed(HONEST, method=zipfile.ZIP_LZMA), "packed in an unusual way"),
        (with_password(packed(HONEST)), "locked with a password"),
        (lying(packed(HONEST, method=0), 5), "damaged"),
        (lying(packed(HONEST), 2**31), "far too many for its size"),
        (lying(packed(HONEST), 500), "is not as large as the zip says"),
        (broken(packed(HONEST, method=0)), "damaged"),
        (packed(HONEST)[:-8], "it is no zip"),
        (packed(HONEST)[40:], "damaged"),
        (packed(("d/" * 40 + f"{L2}.ipynb", BOOK)), "has no usable path"),
        (packed((("x" * 300) + ".ipynb", BOOK)), "far too long a name"),
    ],
)
def test_hostile_zips(data: bytes, cause: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "eve.zip", data)
    put(tmp_path / "in" / "bob.zip", packed(HONEST))
    found = intake(tmp_path / "in", [L2])
    assert listed(found) == [("bob", L2)]
    [said] = causes(found)
    assert cause in said
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["bob.zip", "eve.zip", "in"]
    assert (tmp_path / "in" / "eve.zip").read_bytes() == data


def test_a_zip_with_an_endless_list_of_contents(tmp_path: Path) -> None:
    data = packed(*((f"{n:06}" + "x" * 200, b"") for n in range(12_000)))
    put(tmp_path / "eve.zip", data)
    assert causes(intake(tmp_path, [L2])) == ["its list of contents is far too long"]


def test_a_large_zip_is_an_honest_zip(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive,
        archive.open(zipfile.ZipInfo(f"{L2}.ipynb"), "w", force_zip64=True) as file,
    ):
        file.write(BOOK)
    assert only(intake(tmp_path, [L2])).notebook == BOOK


def test_a_zip_larger_than_it_may_be(tmp_path: Path) -> None:
    put(tmp_path / "eve.zip", packed(HONEST))
    limits = replace(SMALL, archive_bytes=50)
    assert "the zip is larger than" in causes(intake(tmp_path, [L2], limits=limits))[0]


def test_an_unreadable_notebook_is_not_looked_into(tmp_path: Path) -> None:
    put(tmp_path / "ada" / L2 / f"{L2}.ipynb", b"\xff broken {")
    assert only(intake(tmp_path, [L2])).notebook == b"\xff broken {"
