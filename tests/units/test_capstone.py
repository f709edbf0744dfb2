"""Predictions for field pictures: read whatever they are in, scored by what is right in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from helpers.checks import EXERCISES, CheckFailed, check
from helpers.checks.card import as_html, as_text
from helpers.checks.core import Verdict
from helpers.checks.evidence import from_bytes, to_bytes
from helpers.checks.past.capstone import Key, class_key, public_key, score
from helpers.checks.past.field_steps import FieldStep, field_steps
from helpers.checks.past.table import MAX_BYTES
from helpers.checks.run import collect, judge_evidence
from helpers.data.flora import class_set
from helpers.data.flora.class_set import picture_names
from helpers.errors import CourseError
from helpers.places import CLASS_FILE, SECRET_VARIABLE

SECRET = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4
STEPS = {step.id: step.percent for step in field_steps()}
Rows = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, on a machine without a secret."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    return tmp_path


@pytest.fixture
def secret_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the class's secret on this machine, as a class directory does."""
    path = folder / "elsewhere" / "secret"
    path.parent.mkdir()
    path.write_text(SECRET + "\n")
    monkeypatch.setenv(SECRET_VARIABLE, str(path))
    return path


def hand_out(secret: str = SECRET, count: int = 6) -> None:
    """Put the pictures of a class beside the notebook."""
    with Path(CLASS_FILE).open("wb") as file:
        class_set.write_class_set(file, secret, count, 32, show=False)


def right_rows(key: Key, wrong: int = 0) -> Rows:
    """All pictures with their species, of which the first `wrong` are another one."""
    assert key.species is not None
    names = picture_names(key.set_id, key.count)
    following = dict(zip(key.classes, key.classes[1:] + key.classes[:1], strict=True))
    return [
        (name, following[species] if place < wrong else species)
        for place, (name, species) in enumerate(zip(names, key.species, strict=True))
    ]


def table(rows: Rows, header: str = "picture,species\n", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return (header + text.getvalue()).encode()


def verdict_of(answer: Any, exercise: str = "past.wall_passed") -> Verdict:
    step = EXERCISES[exercise]
    return judge_evidence(step, from_bytes(to_bytes(collect(step, answer, 3))), 3)


def judged(content: bytes, exercise: str = "past.wall_passed") -> Verdict:
    Path("predictions.csv").write_bytes(content)
    return verdict_of("predictions.csv", exercise)


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


RIGHT = right_rows(public_key())
TOTAL = len(RIGHT)

# --- steps ----------------------------------------------------------------------------------------


def test_there_are_four_steps() -> None:
    assert STEPS == {
        "past.wall_passed": 92, "past.field_95": 95, "past.field_97": 97, "past.field_98": 98,
    }  # fmt: skip


@pytest.mark.parametrize(("exercise", "percent"), STEPS.items())
def test_a_step_is_passed_from_exactly_its_percentage_on(exercise: str, percent: int) -> None:
    allowed = TOTAL - -(-TOTAL * percent // 100)
    enough = judged(table(right_rows(public_key(), allowed)), exercise)
    assert enough.name == "correct"
    assert f"({TOTAL - allowed} of {TOTAL})" in enough.note and f"{percent} %" in enough.note
    short = judged(table(right_rows(public_key(), allowed + 1)), exercise)
    assert codes(short) == ["too-few-right"]
    assert short.findings[0].expected == f"at least {TOTAL - allowed} of {TOTAL}"
    assert short.findings[0].got == f"{TOTAL - allowed - 1} of {TOTAL}"


def test_a_share_just_below_a_step_is_not_rounded_up_to_it() -> None:
    key = class_key(SECRET)
    rows = right_rows(key, 10)  # 470 of 480 are 97.92 %
    step = field_steps(lambda claim: key)[3]
    Path("p.csv").write_bytes(table(rows))
    (finding,) = judge_evidence(step, collect(step, "p.csv", 3), 3).findings
    assert "97.9 %" in finding.message


# --- right files ----------------------------------------------------------------------------------

SHUFFLED = [RIGHT[place] for place in np.random.default_rng(0).permutation(TOTAL)]
RIGHT_FILES = {
    "as asked": table(RIGHT),
    "another order": table(SHUFFLED),
    "capitals": table([(name, species.upper()) for name, species in RIGHT]),
    "small letters": table([(name, species.lower()) for name, species in RIGHT]),
    "underscores": table([(name, species.replace(" ", "_")) for name, species in RIGHT]),
    "blanks around": table([(f" {name} ", f"  {species} ") for name, species in RIGHT]),
    "twice the same": table(RIGHT + RIGHT[:50]),
    "no endings": table([(name.removesuffix(".jpg"), species) for name, species in RIGHT]),
    "with folders": table([("field/" + name, species) for name, species in RIGHT]),
    "BOM": b"\xef\xbb\xbf" + table(RIGHT),
    "UTF-16": table(RIGHT).decode().encode("utf-16"),
    "CRLF": table(RIGHT).replace(b"\n", b"\r\n"),
    "CR": table(RIGHT).replace(b"\n", b"\r"),
    "semicolons": table(RIGHT, "picture;species\n", ";"),
    "tabs": table(RIGHT, "picture\tspecies\n", "\t"),
    "BOM, CRLF, semicolons": b"\xef\xbb\xbf"
    + table(RIGHT, "picture;species\n", ";").replace(b"\n", b"\r\n"),
    "quotes": table(RIGHT).replace(b"picture,species", b'"picture","species"'),
    "header in capitals": table(RIGHT, "Picture, Species\n"),
    "columns turned": table([(s, p) for p, s in RIGHT], "species,picture\n"),
    "a column more": table(
        [(str(n), *row) for n, row in enumerate(RIGHT)],  # type: ignore[misc]
        ",picture,species\n",
    ),
    "blank lines": table(RIGHT).replace(b"\n", b"\n\n") + b"\n\n",
    "no header": table(RIGHT, ""),
    "no last newline": table(RIGHT).rstrip(b"\n"),
}


@pytest.mark.parametrize(("exercise", "percent"), STEPS.items())
@pytest.mark.parametrize("content", RIGHT_FILES.values(), ids=RIGHT_FILES)
def test_a_right_file_passes_every_step(content: bytes, exercise: str, percent: int) -> None:
    verdict = judged(content, exercise)
    assert verdict.name == "correct", verdict.findings
    assert verdict.note == (
        f"100 % of the field pictures are named correctly ({TOTAL} of {TOTAL}). This step needs "
        f"{percent} %."
    )


def test_a_path_will_do(folder: Path) -> None:
    (folder / "mine.csv").write_bytes(table(RIGHT))
    assert verdict_of(folder / "mine.csv").name == "correct"
    assert verdict_of(str(folder / "mine.csv")).name == "correct"


# --- wrong files ----------------------------------------------------------------------------------

LABELS = {species: str(label) for label, species in enumerate(sorted({s for _, s in RIGHT}))}
NUMBERED = [(str(place), species) for place, (_, species) in enumerate(RIGHT)]
STRANGERS = right_rows(class_key(OTHER))
WRONG_FILES: dict[str, tuple[bytes, list[str]]] = {
    "empty": (b"", ["empty-file"]),
    "blank": (b" \n\n \n", ["empty-file"]),
    "BOM only": (b"\xef\xbb\xbf", ["empty-file"]),
    "header only": (b"picture,species\n", ["header-only"]),
    "species alone": (
        "\n".join(["species", *(s for _, s in RIGHT)]).encode(),
        ["wrong-columns"],
    ),
    "half of it": (table(RIGHT[: TOTAL // 2]), ["missing-pictures", "too-few-right"]),
    "labels": (
        table([(name, LABELS[species]) for name, species in RIGHT]),
        ["numbered-species"],
    ),
    "float labels": (
        table([(name, LABELS[species] + ".0") for name, species in RIGHT]),
        ["numbered-species"],
    ),
    "other names": (
        table([(name, "rose") for name, _ in RIGHT]),
        ["unknown-species"],
    ),
    "a tenth NaN": (
        table([(n, "nan" if place < 40 else s) for place, (n, s) in enumerate(RIGHT)]),
        ["unknown-species", "too-few-right"],
    ),
    "a tenth left out": (
        table([(n, "" if place < 40 else s) for place, (n, s) in enumerate(RIGHT)]),
        ["unknown-species", "too-few-right"],
    ),
    "by position": (table(NUMBERED), ["numbered-pictures"]),
    "other pictures' names": (
        table([(name.replace("field", "photo"), species) for name, species in RIGHT]),
        ["unknown-pictures"],
    ),
    "a class's pictures": (table(STRANGERS), ["another-set"]),
    "contradictions": (
        table(RIGHT + right_rows(public_key(), 40)),
        ["contradictions", "too-few-right"],
    ),
    "shifted by one": (
        table([(n, s) for (n, _), (_, s) in zip(RIGHT, RIGHT[1:] + RIGHT[:1], strict=True)]),
        ["too-few-right"],
    ),
    "one species": (table([(name, "Velia regina") for name, _ in RIGHT]), ["too-few-right"]),
    "a spreadsheet": (b"PK\x03\x04\x14\0\x06\0" + b"\0" * 400, ["binary"]),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 100, ["binary"]),
    "huge": (b"picture,species\n" * (MAX_BYTES // 16 + 9), ["too-large"]),
    "quote without end": (b'picture,species\n"field-001.jpg,x\n' + b"a" * 200_000, ["binary"]),
    "very many rows": (
        b"picture,species\n" + b"field-001.jpg,x\n" * 25_000,
        ["too-many-rows", "unknown-species", "missing-pictures"],
    ),
}


#: Two mistakes in one file, the more basic first.
COMBINED_FILES: dict[str, tuple[bytes, list[str]]] = {
    "positions and labels": (
        table([(str(place), LABELS[species]) for place, (_, species) in enumerate(RIGHT)]),
        ["numbered-pictures", "numbered-species"],
    ),
    "labels of half of them": (
        table([(name, LABELS[species]) for name, species in RIGHT[: TOTAL // 2]]),
        ["numbered-species", "missing-pictures"],
    ),
    "other names for half of them": (
        table([(name, "rose") for name, _ in RIGHT[: TOTAL // 2]]),
        ["unknown-species", "missing-pictures"],
    ),
    "two runs, each of half": (
        table(RIGHT[: TOTAL // 2] + right_rows(public_key(), 40)[: TOTAL // 2]),
        ["contradictions", "missing-pictures", "too-few-right"],
    ),
    "labels under another header": (
        table([(name, LABELS[species]) for name, species in RIGHT], "image,label\n"),
        ["numbered-species", "wrong-columns"],
    ),
    "a class's pictures by label": (
        table([(name, LABELS[species]) for name, species in STRANGERS]),
        ["another-set", "numbered-species"],
    ),
}


@pytest.mark.parametrize("exercise", STEPS)
@pytest.mark.parametrize(
    ("content", "expected"),
    [*WRONG_FILES.values(), *COMBINED_FILES.values()],
    ids=[*WRONG_FILES, *COMBINED_FILES],
)
def test_a_wrong_file_is_named(content: bytes, expected: list[str], exercise: str) -> None:
    verdict = judged(content, exercise)
    assert (verdict.name, codes(verdict)) == ("wrong", expected)
    step = EXERCISES[exercise]
    assert as_html(step, verdict, {}) and as_text(step, verdict, {})
    for finding in verdict.findings:
        assert "\n" not in finding.message and len(finding.got) < 250


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda rows: rows[5:], "Pictures without a prediction, which count as wrong: 5 of 320."),
        (
            lambda rows: [(rows[0][0], "rose"), *rows[1:]],
            "Rows that name a species the herbarium does not have: 1.",
        ),
        (
            lambda rows: [*rows, ("elsewhere.jpg", "Velia regina")],
            "Rows that name no picture of this set: 1.",
        ),
        (
            lambda rows: [*rows, (rows[0][0], rows[-1][1])],
            "two different species, which count as wrong: 1.",
        ),
    ],
)
def test_what_is_right_is_scored_and_the_card_says_what_is_not(
    spoil: Callable[[Rows], Rows], problem: str
) -> None:
    assert RIGHT[0][1] != RIGHT[-1][1]
    verdict = judged(table(spoil(RIGHT)), "past.field_98")
    assert verdict.name == "correct"
    assert problem in verdict.note
    assert verdict.note in as_text(EXERCISES["past.field_98"], verdict, {})


def test_other_column_names_are_scored_with_a_remark() -> None:
    verdict = judged(table(RIGHT, "image,label\n"))
    assert verdict.name == "correct" and "does not have the columns" in verdict.note


# --- answers that are no file ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code", "name"),
    [
        (..., "not-started", "not-started"),
        ("predictions.csv", "not-started", "not-started"),
        ("a\0b", "not-started", "not-started"),
        (".", "folder", "wrong"),
        ("x" * 5000, "unreadable", "wrong"),
        ("/dev/zero", "folder", "wrong"),
        (None, "not-a-file", "wrong"),
        (lambda names: names, "not-a-file", "wrong"),
        ([("field-001.jpg", "Velia regina")], "not-a-file", "wrong"),
        (torch.zeros(3), "not-a-file", "wrong"),
        (b"predictions.csv", "not-a-file", "wrong"),
        (3, "not-a-file", "wrong"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_answer_that_is_no_file_is_named(answer: Any, code: str, name: str) -> None:
    verdict = verdict_of(answer)
    assert (verdict.name, verdict.findings[0].code) == (name, code)


def test_a_missing_file_says_which_files_there_are() -> None:
    Path("prediction.csv").write_text("x")
    (finding,) = verdict_of("predictions.csv").findings
    assert "no file predictions.csv" in finding.message and "prediction.csv" in finding.got
    with pytest.raises(CheckFailed, match="not started yet"):
        check("past.field_95", "predictions.csv")  # type: ignore[arg-type]


# --- whose pictures -------------------------------------------------------------------------------


def test_a_learner_of_a_class_is_told_that_the_form_is_right() -> None:
    hand_out()
    set_id = class_set.set_id(SECRET)
    rows = [(name, "Velia regina") for name in picture_names(set_id, 6)]
    verdict = judged(table(rows), "past.field_98")
    assert verdict.name == "correct"
    assert verdict.note.startswith("The form is right: 6 predictions")
    assert not verdict.scored
    assert "instructor scores them" in verdict.note
    assert codes(judged(table(rows[:-1]))) == ["missing-pictures"]
    assert codes(judged(table(RIGHT))) == ["another-set"]
    assert "field" in judged(table(RIGHT)).findings[0].message


def test_damaged_pictures_are_named() -> None:
    Path(CLASS_FILE).write_bytes(b"PK and nothing else")
    assert codes(judged(table(RIGHT))) == ["damaged-pictures"]


def test_where_the_secret_is_a_class_is_scored(secret_here: Path) -> None:
    key = class_key(SECRET)
    assert key.count == 480
    note = judged(table(right_rows(key, 9)), "past.field_98").note
    assert "98.1 % of the field pictures are named correctly (471 of 480)" in note
    assert codes(judged(table(right_rows(key, 10)), "past.field_98")) == ["too-few-right"]
    for strangers in (RIGHT, right_rows(class_key(OTHER)), [("own-0a1b2c3d-001.jpg", "rose")]):
        assert codes(judged(table(strangers))) == ["another-set"]


def test_the_secret_decides_whatever_lies_beside_the_notebook(secret_here: Path) -> None:
    """A submission may bring another class's pictures, damaged ones or none."""
    rows = table(right_rows(class_key(SECRET)))
    for prepare in (lambda: None, lambda: hand_out(OTHER), lambda: Path(CLASS_FILE).write_text("")):
        prepare()
        assert judged(rows, "past.field_98").name == "correct"
        assert codes(judged(table(RIGHT)))[0] == "another-set"


@pytest.mark.parametrize("content", ["", "short", None])
def test_a_lost_secret_passes_nobody(secret_here: Path, content: str | None) -> None:
    secret_here.unlink() if content is None else secret_here.write_text(content)
    (finding,) = judged(table(right_rows(class_key(SECRET)))).findings
    assert finding.code == "broken-evidence" and "secret" in finding.got
    hand_out()
    assert codes(judged(table(RIGHT))) == ["broken-evidence"]


def test_pictures_of_ones_own_have_their_form_checked() -> None:
    rows = [(f"own-0a1b2c3d-{n:03d}.jpg", "7" if n % 2 else "poppy") for n in range(1, 40)]
    verdict = judged(table(rows))
    assert verdict.name == "correct" and "39 predictions for pictures of your own" in verdict.note
    assert codes(judged(table([*rows, (rows[0][0], "rose")]))) == ["contradictions"]
    assert codes(judged(table([*rows[1:], (rows[0][0], "")]))) == ["unknown-species"]


def test_a_grader_brings_its_own_key() -> None:
    """Neither the environment nor the evidence has a say: only the key that is given."""
    key = class_key(SECRET)
    step = field_steps(lambda claim: key)[0]
    Path("p.csv").write_bytes(table(right_rows(key)))
    evidence = from_bytes(to_bytes(collect(step, "p.csv", 3)))
    assert judge_evidence(step, evidence, 3).name == "correct"
    strict = field_steps(lambda claim: public_key())[0]
    forged = {**evidence, "probe": {**evidence["probe"], "beside": key.set_id, "count": 480}}
    assert codes(judge_evidence(strict, forged, 3))[0] == "another-set"


def test_the_score_counts_what_is_right_and_names_the_rest() -> None:
    key = Key("field", 4, ("Rosa alba", "Rosa rubra", "Viola", "Viola"),
              ("Rosa alba", "Rosa rubra", "Viola"))  # fmt: skip
    found = score(
        [
            ("field-001.jpg", "rosa ALBA"), ("field-2", "Viola"), ("field-3", "Viola"),
            ("field-3", "Rosa alba"), ("field-9", "Viola"), ("17", "Viola"), ("own-1-1", "x"),
        ],
        key,
    )  # fmt: skip
    assert (found.right, found.count, found.predicted) == (1, 4, 3)
    assert found.missing == ("field-004.jpg",)
    assert found.contradicted == ("field-003.jpg",)
    assert found.unknown_pictures == ("field-9",)
    assert found.numbered_pictures == ("17",)
    assert found.other_sets == ("own-1-1",)
    assert not found.unknown_species and not found.numbered_species


def test_the_judge_draws_no_pixel(monkeypatch: pytest.MonkeyPatch, secret_here: Path) -> None:
    from helpers.data.flora import splits

    monkeypatch.setattr(class_set, "photograph", None)
    monkeypatch.setattr(splits, "photograph", None)
    assert judged(table(right_rows(class_key(SECRET)))).name == "correct"
    monkeypatch.delenv(SECRET_VARIABLE)
    assert judged(table(RIGHT)).name == "correct"
    assert judged(table(RIGHT)).scored


FORGED = [None, -1, 2**62, "text", [], {}, [[]], [[1, None]], np.zeros(3), {"file": "table"}]


@pytest.mark.parametrize("forged", FORGED, ids=lambda value: str(value)[:20])
def test_forged_evidence_never_breaks_the_judge(forged: Any) -> None:
    Path("predictions.csv").write_bytes(table(RIGHT[:5]))
    step = EXERCISES["past.wall_passed"]
    whole = to_bytes(collect(step, "predictions.csv", 3))
    places = [("probe",), *(("probe", key) for key in ("table", "beside", "count", "damaged"))]
    places += [("probe", "table", key) for key in ("file", "rows", "cut", "name")]
    for place in places:
        evidence: Any = from_bytes(whole)
        inner = evidence
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = forged
        assert judge_evidence(step, evidence, 3).name != "correct"


def test_html_in_a_file_is_escaped() -> None:
    verdict = judged(table([("<img src=x>", "<script>")] * 3))
    page = as_html(EXERCISES["past.wall_passed"], verdict, {})
    assert "<script" not in page and "<img" not in page


def test_a_step_needs_no_function() -> None:
    steps = [exercise for exercise in EXERCISES.values() if isinstance(exercise, FieldStep)]
    assert len(steps) == 4
    assert not any(step.parameters for step in steps)


def test_a_secret_that_is_not_readable_as_text_is_one_line(secret_here: Path) -> None:
    from helpers.checks.past.capstone import read_secret

    secret_here.write_bytes(b"\xff" * 64)
    with pytest.raises(CourseError, match="restore it from a copy of the class"):
        read_secret(secret_here)
