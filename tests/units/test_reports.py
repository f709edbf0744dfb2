"""The reports: rows from records and gradebook, the pages, the figures, the whole of a class."""

from __future__ import annotations

import base64
import csv
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from nbgrader.api import Gradebook as Nbgrader
from report_records import TITLES, a_class, answers_to, judged, keep, record
from typer.testing import CliRunner

from helpers import cli
from helpers.checks.core import SEVERITY
from helpers.errors import CourseError
from helpers.grading.classes import WrongUse
from helpers.grading.core import Manual, Record, Result
from helpers.grading.records import Records
from helpers.grading.reports import drawings
from helpers.grading.reports.feedback import feedback_page, ribbon
from helpers.grading.reports.page import MAX_COLOURED, highlighted, policy
from helpers.grading.reports.pseudonyms import FILE, pseudonyms
from helpers.grading.reports.rows import WAITING, rows_of
from helpers.grading.reports.scores import Gradebook, Score
from helpers.grading.reports.summary import ClassSummary
from helpers.grading.reports.verdicts import GROUPS, LOOKS
from helpers.grading.reports.write import write_reports

LESSON = "02_selective_unfreezing"
FINDING = {
    "code": "percent", "message": "A share. Not percent.", "expected": "0.5", "got": "50",
    "look_again": "the division", "details": "",
}  # fmt: skip


def a_record(*, verdict: str = "wrong", points: float = 0.0, student: str = "ann") -> Record:
    """Return a record of one checked item and one written answer."""
    findings = (FINDING,) if verdict == "wrong" else ()
    result = Result("wall-accuracy", "wall.accuracy", verdict, points, 2.0, findings)
    manual = Manual("wall-reflection", 2.0, "Because.", True)
    answers = {"answer-accuracy": "def accuracy():\n    return 50\n"}
    return Record("0" * 64, student, "00_the_wall", (result,), (manual,), answers)


def page_of(one: Record, scores: dict[str, Score] | None = None) -> str:
    return feedback_page(one, list(rows_of(one, scores or {})), "00 · The wall").decode()


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a class of six with all its reports."""
    folder = tmp_path_factory.mktemp("classes") / "Autumn"
    keep(folder, a_class(6))
    write_reports(folder)
    return folder


def test_a_written_answer_has_no_points_until_a_person_has_read_it() -> None:
    _, waiting = rows_of(a_record())
    assert (waiting.points, waiting.verdict, waiting.message) == (None, "", WAITING)
    scores = {"wall-reflection": Score(1.5, 0.25, "Nicely put.")}
    _, graded = rows_of(a_record(), scores)
    assert (graded.points, graded.verdict) == (1.75, "")
    assert graded.message == "graded by a person: Nicely put."


def test_a_written_answer_that_was_not_touched_is_not_started() -> None:
    one = replace(a_record(), manual=(Manual("wall-reflection", 2.0, "", False),))
    _, row = rows_of(one)
    assert (row.points, row.verdict) == (0.0, "not-started")


def test_a_written_answer_in_a_file_that_cannot_be_read_is_no_untouched_one() -> None:
    broken = replace(a_record().results[0], verdict="unreadable", findings=(), cause="no JSON")
    manual = Manual("wall-reflection", 2.0, "", False)
    one = replace(a_record(), results=(broken,), manual=(manual,))
    _, row = rows_of(one)
    assert (row.points, row.verdict, row.message) == (0.0, "unreadable", "no JSON")
    assert "It could not be read: no JSON" in page_of(one)


def test_points_of_a_person_go_before_the_machines() -> None:
    checked, _ = rows_of(a_record(), {"wall-accuracy": Score(2.0, 0.0, "")})
    assert (checked.points, checked.verdict, checked.finding) == (2.0, "wrong", "percent")
    assert checked.message.startswith("points given by a person")
    comment = {"answer-accuracy": Score(comment="See me.")}
    checked, _ = rows_of(a_record(), comment)
    assert (checked.points, checked.comment, checked.by_hand) == (0.0, "See me.", False)


def test_the_page_says_findings_first_with_the_own_code_beside() -> None:
    page = page_of(a_record())
    order = (
        "Look at this again", "A share.", "Not percent.", "expected", "0.5", "got", "50",
        "look again at", "the division", "Your code", "What you wrote", "Because.",
    )  # fmt: skip
    text = re.sub(r"<[^>]+>", "", page.split("</head>")[1])
    place = 0
    for words in order:
        place = text.index(words, place)
    assert "0 of 4 points" in " ".join(text.split())
    assert "2 more wait for a person" in text


def test_what_is_right_is_said_and_a_persons_points_count_as_right() -> None:
    assert "Well done" in page_of(a_record(verdict="correct", points=2.0))
    forgiven = page_of(a_record(), {"wall-accuracy": Score(2.0)})
    assert "Accepted" in forgiven and "Look at this again" not in forgiven


@pytest.mark.parametrize("verdict", SEVERITY)
def test_every_verdict_has_words_a_colour_and_a_page(verdict: str) -> None:
    look = LOOKS[verdict]
    assert look.group in GROUPS
    page = page_of(a_record(verdict=verdict, points=2.0 * (verdict == "correct")))
    assert look.word in page


def test_the_ribbon_is_as_wide_as_the_points() -> None:
    rows = list(rows_of(a_record(verdict="correct", points=1.0)))
    parts = ribbon(rows)
    assert [(part.left, part.width, part.filled) for part in parts] == [(0, 50, 25), (50, 50, 0)]
    assert parts[1].waiting


def test_code_keeps_every_character_and_none_is_markup() -> None:
    code = "x = '<script>alert(1)</script>'  # \u202e <b>&amp;\u200b\ttab\n" + "λ = 1\n"
    shown = str(highlighted(code))
    assert "<script" not in shown and "<b>" not in shown
    assert re.findall(r"<(?!/?span\b)", shown) == []
    assert "⟨U+202E⟩" in shown and "⟨U+200B⟩" in shown
    assert "λ" in shown and "\ttab" in shown
    long = str(highlighted("<i>" * MAX_COLOURED))
    assert "<" not in re.sub(r"</?span[^>]*>", "", long)
    assert "more characters" in long


def test_the_policy_allows_the_stylesheet_by_its_checksum_and_nothing_else() -> None:
    page = page_of(a_record())
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    said = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert said is not None
    assert said[1].replace("&#39;", "'") == policy(style[1])
    assert policy(style[1]).startswith("default-src 'none'; style-src 'sha256-")
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert "style=" not in page and "<script" not in page


def test_all_reports_are_there_and_nbgraders_own_places_are_free(reported: Path) -> None:
    made = {path.name for path in (reported / "report").iterdir()}
    assert made == {"grades.csv", "index.html", "feedback"}
    assert not (reported / "feedback").exists() and not (reported / "grades.csv").exists()
    pages = sorted((reported / "report/feedback").glob("*/*.html"))
    assert len(pages) == 6 * 2 + 2
    refused = (reported / "report/feedback/zed/00_the_wall.html").read_text()
    assert "the notebook is not JSON" in refused


def test_every_link_leads_to_a_page(reported: Path) -> None:
    page = (reported / "report/index.html").read_text()
    links = set(re.findall(r'href="([^"#]+)"', page))
    assert len(links) == 6 * 2 + 2
    assert all((reported / "report" / link).is_file() for link in links)


def test_the_report_counts_what_the_records_say(reported: Path) -> None:
    records = list(Records(reported).current())
    results = [result for one in records for result in one.results]
    wrong = [one.finding for one in results if one.verdict in ("wrong", "error")]
    page = (reported / "report/index.html").read_text()
    for code in set(wrong):
        assert f">{code}<" in page
    waiting = sum(one.manual[0].changed for one in records)
    assert f"<strong>{waiting}</strong> to read" in page
    assert all(title in page for title in TITLES.values())


def test_reporting_again_changes_no_file(reported: Path) -> None:
    pages = [*(reported / "report").rglob("*.html")]
    before = {path: path.stat().st_mtime_ns for path in pages}
    write_reports(reported)
    assert {path: path.stat().st_mtime_ns for path in pages} == before


def test_one_lesson_is_reported_beside_the_whole(reported: Path) -> None:
    whole = (reported / "report/grades.csv").read_bytes()
    write_reports(reported, "02")
    assert (reported / "report/grades.csv").read_bytes() == whole
    with (reported / f"report/{LESSON}/grades.csv").open(encoding="utf-8-sig") as file:
        assert {row["lesson"] for row in csv.DictReader(file)} == {LESSON}
    page = (reported / f"report/{LESSON}/index.html").read_text()
    links = set(re.findall(r'href="([^"#]+)"', page))
    assert links and all((reported / "report" / LESSON / link).is_file() for link in links)


def test_an_anonymous_report_names_nobody_and_stays_the_same(tmp_path: Path) -> None:
    told = Result("wall-accuracy", "wall.accuracy", "missing", 0, 2, cause="see ann-smith/x")
    named = replace(a_record(student="ann-smith"), results=(told,))
    keep(tmp_path, [named, a_record(student="bob.jones")])
    write_reports(tmp_path, anonymous=True)
    page = (tmp_path / "report/anonymous.html").read_text()
    for name in ("ann-smith", "bob.jones", "zed", "yan"):
        assert name not in page
    assert "feedback/" not in page and not (tmp_path / "report/index.html").exists()
    names = pseudonyms(tmp_path, ["ann-smith", "carol"])
    assert names["ann-smith"] in page and len(set(names.values())) == 5
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_record_that_is_gone_is_named_and_the_old_page_stays(tmp_path: Path) -> None:
    keep(tmp_path, [a_record()], refused=False)
    write_reports(tmp_path)
    page = tmp_path / "report/feedback/ann/00_the_wall.html"
    before = page.read_bytes()
    next((tmp_path / ".course/records/00_the_wall").glob("*.json")).write_text("{")
    assert write_reports(tmp_path).gone == 1
    assert page.read_bytes() == before
    assert "its record cannot be read" in (tmp_path / "report/grades.csv").read_text()


def test_an_ungraded_class_and_no_class_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="is not a class"):
        write_reports(tmp_path)
    keep(tmp_path, [], refused=False)
    with pytest.raises(CourseError, match="Nothing has been graded"):
        write_reports(tmp_path)
    runner = CliRunner()
    assert runner.invoke(cli.app, ["report", "--class", str(tmp_path / "no")]).exit_code == 2
    assert runner.invoke(cli.app, ["report"]).exit_code == 2


def test_the_command_says_what_it_wrote(reported: Path) -> None:
    done = CliRunner().invoke(cli.app, ["report", "--class", str(reported)])
    assert done.exit_code == 0
    assert "grades.csv" in done.output and "14 pages of feedback" in done.output


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Path]:
    """Make a real gradebook in which a person graded Ann, and has yet to grade Bob."""
    path = tmp_path / "gradebook.db"
    with Nbgrader(f"sqlite:///{path.as_posix()}", "past-the-wall") as book:
        book.add_assignment("00_the_wall")
        book.add_notebook("00_the_wall", "00_the_wall")
        where = ("00_the_wall", "00_the_wall")
        for cell, kind in (("wall-accuracy", "code"), ("wall-reflection", "markdown")):
            book.add_grade_cell(cell, *where, max_score=2, cell_type=kind)
        book.add_solution_cell("wall-reflection", *where)
        for student in ("ann", "bob"):
            book.add_student(student)
            book.add_submission("00_the_wall", student)
            book.find_grade("wall-accuracy", *where, student).auto_score = 2
            book.find_grade("wall-accuracy", *where, student).needs_manual_grade = False
        grade = book.find_grade("wall-reflection", *where, "ann")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.5, False
        book.find_comment("wall-reflection", *where, "ann").manual_comment = "Well put."
        book.db.commit()
    yield tmp_path


def test_scores_and_comments_are_read_from_nbgraders_gradebook(gradebook: Path) -> None:
    keep(gradebook, [a_record(), a_record(student="bob")], refused=False)
    before = (gradebook / "gradebook.db").read_bytes()
    with Gradebook.of_class(gradebook) as book:
        found = book.of(["ann", "bob", "nobody"])
    assert found[("ann", "00_the_wall")] == {"wall-reflection": Score(1.5, 0.5, "Well put.")}
    assert found[("bob", "00_the_wall")]["wall-reflection"].waiting
    assert "wall-accuracy" not in found[("bob", "00_the_wall")]
    write_reports(gradebook)
    with (gradebook / "report/grades.csv").open(encoding="utf-8-sig") as file:
        rows = {(row["student"], row["exercise"]): row for row in csv.DictReader(file)}
    assert rows[("ann", "wall.reflection")]["points"] == "2"
    assert rows[("bob", "wall.reflection")]["points"] == ""
    assert "Well put." in (gradebook / "report/feedback/ann/00_the_wall.html").read_text()
    assert (gradebook / "gradebook.db").read_bytes() == before


def test_a_broken_gradebook_is_one_line(tmp_path: Path) -> None:
    keep(tmp_path, [a_record()], refused=False)
    (tmp_path / "gradebook.db").write_bytes(b"not a database" * 100)
    with pytest.raises(CourseError, match="The gradebook cannot be read"):
        write_reports(tmp_path)


def test_a_class_without_a_gradebook_gets_none_from_being_reported(tmp_path: Path) -> None:
    keep(tmp_path, [a_record()], refused=False)
    write_reports(tmp_path)
    assert not (tmp_path / "gradebook.db").exists()


def test_findings_are_counted_once_a_learner_and_ranked() -> None:
    summary = ClassSummary()
    for student in ("ann", "bob"):
        one = a_record(student=student)
        twice = replace(one.results[0], findings=(FINDING, FINDING))
        one = replace(one, results=(twice,))
        summary.add(one, list(rows_of(one)), "T")
    ((lesson, found),) = summary.misconceptions()
    assert (lesson.name, found.code, found.learners) == ("00_the_wall", "percent", 2)
    assert found.message == FINDING["message"]


def test_what_was_not_started_is_no_misconception() -> None:
    summary = ClassSummary()
    one = replace(a_record().results[0], verdict="not-started")
    rows = list(rows_of(replace(a_record(), results=(one,))))
    summary.add(a_record(), rows, "T")
    assert summary.misconceptions() == []


def test_the_report_keeps_no_record_and_few_hogs() -> None:
    summary = ClassSummary()
    for index in range(50):
        one = a_record(student=f"s{index}")
        slow = replace(one.results[0], seconds=float(index))
        summary.add(replace(one, results=(slow,)), list(rows_of(replace(one, results=(slow,)))), "")
    assert len(summary.hogs) == 12
    assert min(hog.seconds for hog in summary.hogs) == 38
    assert not any(isinstance(value, Record) for value in vars(summary).values())


def test_figures_have_words_and_come_in_light_and_dark() -> None:
    rng = np.random.default_rng(2)
    summary = ClassSummary()
    for index in range(20):
        one = record(f"s{index}", LESSON, rng, 0.6)
        summary.add(one, list(rows_of(one)), "T")
    lesson = summary.lessons[LESSON]
    checked = [each for each in lesson.exercises.values() if not each.by_person]
    for drawing in (
        drawings.totals(lesson), drawings.verdicts(checked), drawings.seconds(checked),
    ):  # fmt: skip
        made = drawings.picture(drawing)
        light, dark = (
            base64.b64decode(uri.removeprefix("data:image/svg+xml;base64,")).decode()
            for uri in (made.light, made.dark)
        )
        assert light != dark and light.count("<text") == dark.count("<text") > 5
        assert "<script" not in light and "#1b1b1b" not in dark.lower()
        assert len(made.alt) > 40
        axes = drawing.figure.axes[0]
        assert axes.get_xlabel()


def test_the_real_judges_findings_reach_the_page() -> None:
    path = next(p for p in answers_to("unfreeze.freeze_batchnorm") if "right" not in p.name)
    result = judged(path)
    one = replace(a_record(), results=(result,), answers={result.grade_id: path.read_text()})
    page = page_of(one)
    assert result.finding and result.message.partition(".")[0].replace("'", "&#39;") in page
