"""The start page and the course map: made from the lessons, with the learner's own progress."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from helpers import explore, places
from helpers.authoring import build as builder
from helpers.authoring import start_page
from helpers.authoring.sources import AuthoringError
from helpers.errors import CourseError
from helpers.explore import progress_map
from helpers.training import Logbook

FIXTURES = places.repository() / "tests" / "fixtures" / "solutions"
PAGES = ["course/README.md", "course/map.json", "course/start.ipynb"]
START = "# %% [markdown]\n# # A course\n#\n# Words.\n\n# %% [markdown]\n# <!-- the lessons -->\n"
CLIMB = {
    "what": {"wall": "the wall", "augmentation": "more", "stages": "stages", "everything": "all"},
    "seeds": [1, 2, 3],
    "summary": {
        step: {"valid": {"mean": valid}, "test": {"mean": valid - 0.01}}
        for step, valid in (("wall", 0.8), ("stages", 0.95), ("everything", 0.97))
    },
}


def lesson(number: str, title: str, name: str) -> str:
    """The small lesson under another name, so that its exercise has another id."""
    text = (FIXTURES / "90_dots.py").read_text("utf-8")
    heading = re.search(r"# # .*\n", text)
    assert heading
    text = text.replace(
        heading[0], f"# # {number} · {title}\n#\n# *About {int(number) + 40} minutes.*\n#\n", 1
    )
    return text.replace("dots-", f"{name}-").replace("dots.", f"{name}.")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with four small lessons, a start page and a recorded climb."""
    (tmp_path / "solutions").mkdir()
    for number, title, name in (
        ("00", "The wall", "wall"),
        ("02", "Unfreezing", "stages"),
        ("04", "Schedules & <more>", "rates"),
        ("07", "Past it", "past"),
    ):
        text = lesson(number, title, name)
        (tmp_path / "solutions" / f"{number}_{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "solutions" / "start.py").write_text(START, encoding="utf-8")
    results = tmp_path / "benchmarks" / "results"
    results.mkdir(parents=True)
    (results / "climb.json").write_text(json.dumps(CLIMB))
    return tmp_path


@pytest.fixture
def course(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its course/, built, as the working folder of a notebook."""
    builder.build(root)
    monkeypatch.chdir(root / "course")
    monkeypatch.delenv("COURSE_LOGBOOK", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return root / "course"


# What the build makes.


def test_the_build_makes_page_readme_and_map_and_checks_them(root: Path) -> None:
    assert set(PAGES) <= set(builder.build(root))
    assert builder.check(root).lines() == []
    assert builder.build(root) == []
    for path in PAGES:
        (root / path).write_text((root / path).read_text("utf-8") + " ", encoding="utf-8")
    assert builder.check(root).lines() == [f"out of date: {path}" for path in PAGES]


def test_without_a_start_page_there_is_none_of_them(root: Path) -> None:
    (root / "solutions" / "start.py").unlink()
    builder.build(root)
    assert not any((root / path).exists() for path in PAGES)
    assert builder.check(root).lines() == []


def test_everything_comes_from_the_sources(root: Path) -> None:
    builder.build(root)
    readme = (root / "course" / "README.md").read_text("utf-8")
    assert "| [00 · The wall](00_wall/00_wall.ipynb) | 40 | `double` | 80.0 % | 79.0 % |" in readme
    assert "measured with 04" in readme
    assert "+15.0 points, with 02" in readme
    assert "python -m benchmarks.climb --seeds 3" in readme
    page = json.loads((root / "course" / "start.ipynb").read_text("utf-8"))
    shown = "".join("".join(cell["source"]) for cell in page["cells"])
    assert "| [02 · Unfreezing](02_stages/02_stages.ipynb) | 42 |" in shown
    assert start_page.PLACE not in shown and start_page.PLACE not in readme


def test_a_new_measurement_a_new_lesson_and_a_new_time_are_noticed(root: Path) -> None:
    builder.build(root)
    source = root / "solutions" / "02_stages.py"
    source.write_text(source.read_text("utf-8").replace("About 42", "About 60"), encoding="utf-8")
    lines = builder.check(root).lines()
    assert "out of date: course/map.json" in lines
    builder.build(root)
    results = root / "benchmarks" / "results" / "climb.json"
    results.write_text(results.read_text().replace("0.95", "0.96"))
    assert builder.check(root).lines() == [f"out of date: {path}" for path in PAGES]


def test_the_recipe_of_the_last_lesson_has_a_benchmark_of_its_own(root: Path) -> None:
    row = {"mean": 0.99}
    recorded = {"summary": {"valid, mirrored": row, "test, mirrored": row}, "rows": {"1": {}}}
    (root / "benchmarks" / "results" / "past_the_wall.json").write_text(json.dumps(recorded))
    builder.build(root)
    readme = (root / "course" / "README.md").read_text("utf-8")
    assert "| 99.0 % | 99.0 % | +4.0 points |" in readme
    assert "lesson 07: python -m benchmarks.past_the_wall --seeds 1" in readme


def test_a_course_without_a_recorded_climb_has_a_map(root: Path) -> None:
    shutil.rmtree(root / "benchmarks")
    builder.build(root)
    made = json.loads((root / "course" / "map.json").read_text("utf-8"))
    assert made["command"] is None
    assert "climb" not in (root / "course" / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("02_stages.py", "*About 42 minutes.*", "", r"02_stages\.py: its first cell must begin"),
        ("start.py", "<!-- the lessons -->", "", r"start\.py: say with the line"),
        ("start.py", "# Words.\n", "# Words.\n\n# %%\nimport\n", r"start\.py, cell .*syntax error"),
        (
            "start.py",
            "# %% [markdown]\n# <!--",
            '# %% [markdown] nbgrader={"grade": false, "grade_id": "x", "locked": true, '
            '"schema_version": 3, "solution": false, "task": false}\n# <!--',
            "nothing on the start page is graded",
        ),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(
    root: Path, file: str, old: str, new: str, message: str
) -> None:
    path = root / "solutions" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(AuthoringError, match=message):
        builder.build(root)
    assert not (root / "course").exists()


# What the learner sees.


def test_a_learner_who_has_not_begun(course: Path) -> None:
    shown = explore.course_map()
    said = progress_map.summary(shown.stops)
    assert said == "You have passed 0 of 4 exercises. Begin with wall.double, in lesson 00."
    assert not (course / "logbook.jsonl").exists(), "looking writes nothing"
    assert repr(shown).count("0 of 1 exercises passed") == 4


def test_passed_checks_and_best_runs_are_this_learners(course: Path) -> None:
    book = Logbook.open()
    book.note_passed("wall.double")
    book.note_passed("stages.double")
    book.note_passed("another.course")
    book.record("00_wall", "wall", valid_accuracy=0.81)
    book.record("04_rates", "bad", valid_accuracy=0.5)
    book.record("04_rates", "good", valid_accuracy=0.931)
    shown = explore.course_map()
    assert [stop.done for stop in shown.stops] == [True, True, False, False]
    assert [stop.best for stop in shown.stops] == [0.81, None, 0.931, None]
    said = progress_map.summary(shown.stops)
    assert "2 of 4 exercises; your best validation accuracy is 93.1%, in lesson 04" in said
    assert said.endswith("Next: rates.double, in lesson 04.")
    for exercise in ("rates.double", "past.double"):
        book.note_passed(exercise)
    assert "Nothing is left" in progress_map.summary(explore.course_map().stops)


class Page(HTMLParser):
    """What a screen reader finds."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.scopes: list[str] = []
        self.open: list[str] = []
        self.captions = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.open.append(tag)
        self.captions += tag == "caption"
        if tag == "a":
            self.links.append(str(found["href"]))
        if tag == "th":
            self.scopes.append(str(found["scope"]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(shown: progress_map.CourseMap) -> Page:
    page = Page()
    page.feed(shown._repr_mimebundle_()["text/html"])
    assert page.open == [], "every element is closed"
    return page


def test_it_is_a_table_with_headings_and_links_that_lead_somewhere(course: Path) -> None:
    page = read(explore.course_map())
    assert page.captions == 1
    assert page.scopes.count("col") == 5 and page.scopes.count("row") == 4
    assert all((course / link).is_file() for link in page.links) and len(page.links) == 4


def test_a_link_from_inside_a_lesson_leads_somewhere_too(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course / "00_wall")
    links = read(explore.course_map()).links
    assert links[1] == "../02_stages/02_stages.ipynb"
    assert all((course / "00_wall" / link).is_file() for link in links)


def test_titles_cannot_write_html_and_colours_follow_the_theme(course: Path) -> None:
    text = explore.course_map()._repr_mimebundle_()["text/html"]
    assert "Schedules &amp; &lt;more&gt;" in text
    assert "var(--jp-content-font-color1" in text and "background:none" in text
    assert "background:#fff" not in text


def test_the_course_beside_this_repository_is_found_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = [stop.name for stop in explore.course_map(tmp_path / "none.jsonl").stops]
    assert names == places.lessons(places.repository() / "solutions")


def test_a_map_that_is_missing_or_broken_is_one_line(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in ("{", "{}", '{"lessons": [{}]}', "[]"):
        (course / "map.json").write_text(content)
        with pytest.raises(CourseError, match="cannot be read: run `course build`"):
            explore.course_map()
    monkeypatch.setattr(places, "repository", lambda: tmp_path)
    (course / "map.json").unlink()
    with pytest.raises(CourseError, match=r"There is no map\.json here"):
        explore.course_map()


def test_an_old_logbook_and_a_broken_one_do(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "logbook.jsonl").write_text(
        '{"kind": "run", "lesson": "00_wall", "name": "wall", '
        '"figures": {"valid_accuracy": 0.8}, "time": ""}\nnot json\n'
    )
    assert explore.course_map().stops[0].best == 0.8
    assert capsys.readouterr().err == ""
