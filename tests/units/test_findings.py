"""`course findings`: every finding on one page, and no finding without a wrong answer."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers import cli
from helpers.authoring.findings import anywhere, predictions, write_findings
from helpers.authoring.findings.gather import WRONG_ANSWERS, code_of
from helpers.authoring.sources import AuthoringError
from helpers.checks import EXERCISES, PUBLIC_SEED
from helpers.checks.augment.transform import FORM_MISTAKES, NORMALISE_MISTAKES
from helpers.checks.run import collect, judge_evidence
from helpers.errors import CourseError
from helpers.places import repository

ADAMS_OWN = (
    "Adam itself is exercise schedule.adam_step: its wrong answers show these words, and the rules "
    "behind them are tried there"
)
FORM = (
    "the form is judged by what both transforms share: the wrong answers to "
    "augment.train_transform show these words"
)
#: Codes that need no wrong answer of their own, by exercise, and why.
REASONS: dict[str, tuple[str, set[str]]] = {
    "augment.valid_transform": (FORM, {*FORM_MISTAKES, *NORMALISE_MISTAKES}),
    "decay.l2_step": (ADAMS_OWN, set(EXERCISES["schedule.adam_step"].mistakes)),
    "decay.decoupled_step": (ADAMS_OWN, set(EXERCISES["schedule.adam_step"].mistakes)),
    **{
        step: ("its answer is a file: tests/units/test_capstone.py", set(EXERCISES[step].mistakes))
        for step in ("past.wall_passed", "past.field_95", "past.field_97", "past.field_98")
    },
}


def has_a_file(exercise_id: str) -> set[str]:
    folder = repository() / WRONG_ANSWERS / exercise_id.replace(".", "/")
    return {code_of(path) for path in folder.glob("*.py")}


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_every_finding_has_a_wrong_answer_or_a_reason(exercise_id: str) -> None:
    codes = set(EXERCISES[exercise_id].mistakes)
    excused = REASONS.get(exercise_id, ("", set()))[1]
    missing = sorted(codes - has_a_file(exercise_id) - excused)
    folder = WRONG_ANSWERS / exercise_id.replace(".", "/")
    assert missing == [], f"no wrong answers in {folder} get these; add files of these names"


def test_a_file_of_predictions_gets_the_finding_it_is_named_after() -> None:
    step = EXERCISES["past.wall_passed"]
    found = {}
    with predictions.answers() as examples:
        for name, _, answer, _ in examples:
            verdict = judge_evidence(step, collect(step, answer, PUBLIC_SEED), PUBLIC_SEED)
            found[name] = verdict.findings[0].code
    assert found == {code: code for code in step.mistakes}


# --- the page -------------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a repository with the lessons and the wrong answers to one exercise."""
    for folder in ("solutions", WRONG_ANSWERS / "wall/accuracy"):
        shutil.copytree(
            repository() / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    return tmp_path


class Text(HTMLParser):
    """What a page says, without its markup, and the links and places in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.places: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value[1:] for name, value in attrs if name == "href" and value]
        self.places += [value for name, value in attrs if name == "id" and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def findings_of(page: str) -> Iterator[str]:
    yield from re.findall(r'<article class="finding" id="wall.accuracy:([\w-]+)"', page)


def test_the_page_shows_every_wrong_answer_with_its_card_and_its_code(course: Path) -> None:
    written = write_findings(course, "wall.accuracy")
    assert written.path == course / "build/findings.html"
    page = written.path.read_text(encoding="utf-8")
    text = Text(page).text
    folder = course / WRONG_ANSWERS / "wall/accuracy"
    files = [path for path in folder.glob("*.py") if not path.stem.startswith("right_")]
    assert {code_of(path) for path in files} == set(findings_of(page))
    assert (written.exercises, written.answers) == (1, len(files))
    assert written.findings == len(set(findings_of(page)))
    assert "Your function returned a percentage." in text
    assert "expected 0.5833, for 12 pictures and 12 species got 58.33" in text
    assert "def accuracy ( logits , labels ):" in text
    assert text.count("✗ Not yet") == len(files)


def test_the_page_leads_from_its_contents_to_every_finding(course: Path) -> None:
    found = Text(write_findings(course, "00").path.read_text(encoding="utf-8"))
    assert set(found.links) <= set(found.places)
    assert len(found.places) == len(set(found.places))
    assert {"00_the_wall", "wall.accuracy", "wall.accuracy:errors-not-hits"} <= set(found.links)


def test_what_no_wrong_answer_shows_is_listed_with_its_words(course: Path) -> None:
    (course / WRONG_ANSWERS / "wall/accuracy/percent-not-fraction.py").unlink()
    before = len(EXERCISES["wall.accuracy"].mistakes)
    written = write_findings(course, "wall.accuracy")
    page = written.path.read_text(encoding="utf-8")
    listed = page[page.index("No wrong answer shows these") :]
    assert "percent-not-fraction" in listed and "Your function returned a percentage." in listed
    assert "percent-not-fraction" not in set(findings_of(page))
    assert written.unshown == before - written.findings >= 1


def test_words_that_another_exercise_shows_are_shown_once(course: Path) -> None:
    for name in ("augment/train_transform", "augment/valid_transform"):
        shutil.copytree(repository() / WRONG_ANSWERS / name, course / WRONG_ANSWERS / name)
    for path in (course / WRONG_ANSWERS / "augment/valid_transform").glob("not-normalised*"):
        path.unlink()
    page = write_findings(course, "augment").path.read_text(encoding="utf-8")
    section = page[page.index('<section class="exercise" id="augment.valid_transform"') :]
    section = section.partition("</section>")[0]
    assert '<a href="#augment.train_transform:not-normalised">not-normalised</a>' in section
    assert 'id="augment.valid_transform:not-normalised"' not in section


def test_variants_follow_the_plainest_answer(course: Path) -> None:
    folder = course / WRONG_ANSWERS / "wall/accuracy"
    source = (folder / "smallest-score.py").read_text(encoding="utf-8")
    (folder / "smallest-score--again.py").write_text(source, encoding="utf-8")
    page = write_findings(course, "wall.accuracy").path.read_text(encoding="utf-8")
    one = page[page.index('id="wall.accuracy:smallest-score"') :].partition("</article>")[0]
    assert "1 more of wall.accuracy with smallest-score" in one
    names = re.findall(r'<span class="quiet">([\w-]+)</span>', one)
    assert names == ["smallest-score", "smallest-score--again"]


def test_code_cannot_break_the_page(course: Path) -> None:
    path = course / WRONG_ANSWERS / "wall/accuracy/percent-not-fraction.py"
    source = path.read_text(encoding="utf-8").replace('"""', '"""<b id=x>&', 1)
    path.write_text(f"{source}\n# </pre></script><script>alert(1)</script>\n", encoding="utf-8")
    page = write_findings(course, "wall.accuracy").path.read_text(encoding="utf-8")
    assert "<b id=x>" not in page and "&lt;b id=x&gt;&amp;" in page
    assert page.count("<script>") == 1 and "&lt;/script&gt;" in page


def test_a_wrong_answer_that_is_accepted_is_an_error(course: Path) -> None:
    folder = course / WRONG_ANSWERS / "wall/accuracy"
    right = next(folder.glob("right_*.py"))
    shutil.copy(right, folder / "smallest-score.py")
    with pytest.raises(AuthoringError, match=r"smallest-score\.py is accepted"):
        write_findings(course, "wall.accuracy")
    (folder / "smallest-score.py").write_text("def accuracy(:\n", encoding="utf-8")
    with pytest.raises(AuthoringError, match=r"smallest-score\.py: SyntaxError"):
        write_findings(course, "wall.accuracy")
    (folder / "smallest-score.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(AuthoringError, match=r"smallest-score\.py: .*accuracy"):
        write_findings(course, "wall.accuracy")


@pytest.mark.parametrize("wanted", ["zzz", "wall.nothing", "0"])
def test_a_lesson_that_is_not_one_is_one_clear_line(wanted: str, course: Path) -> None:
    with pytest.raises(CourseError, match=r"there are wall \(00_the_wall\), augment"):
        write_findings(course, wanted)


def test_away_from_the_repository_it_says_so_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        write_findings(tmp_path)
    assert "no wrong answers" in str(caught.value) and "clone of the repository" in str(
        caught.value
    )
    assert "\n" not in str(caught.value)


def test_the_command_prints_the_path_and_the_counts(tmp_path: Path) -> None:
    output = tmp_path / "new" / "page.html"
    done = CliRunner().invoke(
        cli.app, ["findings", "schedule.momentum_correction", "--output", str(output)]
    )
    assert done.exit_code == 0, done.output
    assert re.fullmatch(
        rf"wrote {re.escape(str(output))}: 1 exercise, \d+ findings shown by \d+ wrong answers, "
        r"0 that no wrong answer shows\n",
        done.output,
    )
    assert output.is_file()


def test_the_findings_of_any_exercise_are_what_they_are_called() -> None:
    from helpers.authoring.findings.gather import _common

    section = _common()
    assert [shown.code for shown in section.findings] == list(anywhere.EXAMPLES)
    cards = {shown.code: shown.answers[0].card for shown in section.findings}
    assert "within 10 seconds" in cards["timeout"]
    assert "hits = logits.argmax(dim=1) == label" in cards["raised"]
