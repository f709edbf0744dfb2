"""`course build`: the same bytes each time, no leak, and `--check` notices every change."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode

from helpers.authoring import build as builder
from helpers.authoring.release import as_bytes, leaks, release
from helpers.authoring.sources import AuthoringError, Lesson, read_lesson
from helpers.places import repository

FIXTURES = repository() / "tests" / "fixtures" / "solutions"
RELEASE = "course/90_dots/90_dots.ipynb"


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """The small lesson, with its solution."""
    return read_lesson(FIXTURES / "90_dots.py")


@pytest.fixture(scope="module")
def released(lesson: Lesson) -> NotebookNode:
    """What learners get of it."""
    return release(lesson)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one lesson, built."""
    shutil.copytree(FIXTURES, tmp_path / "solutions", ignore=shutil.ignore_patterns("__*"))
    assert builder.build(tmp_path) == [RELEASE]
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Replace text in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_stub_stands_where_the_solution_was(released: NotebookNode) -> None:
    sources = {cell.id: cell.source for cell in released.cells}
    assert sources["answer-double"].split("\n")[-1] == "    return ..."
    assert "Write your answer here" in sources["dots-reflection"]
    assert not any("twice_as_many" in text or "colour" in text for text in sources.values())


def test_the_committed_course_is_what_its_sources_make() -> None:
    assert builder.check(repository()).lines() == []


def test_a_second_build_changes_nothing(root: Path) -> None:
    before = (root / RELEASE).read_bytes()
    assert builder.build(root) == []
    assert (root / RELEASE).read_bytes() == before
    assert builder.check(root).lines() == []


def test_another_process_with_another_seed_and_locale_makes_the_same_bytes(root: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from helpers.authoring.build import build; "
        "print(build(Path(sys.argv[1])))"
    )
    before = (root / RELEASE).read_bytes()
    (root / RELEASE).unlink()
    surroundings = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-c", program, str(root)]
    subprocess.run(command, check=True, env=surroundings, cwd="/", capture_output=True)
    assert (root / RELEASE).read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Recap", "Recap!"),
        ("Return twice the number.", "Return twice the number"),
        ('"points": 1', '"points": 2'),
    ],
)
def test_one_edit_in_a_source_is_noticed(root: Path, old: str, new: str) -> None:
    source = root / "solutions" / "90_dots.py"
    edit(source, old, new)
    if "points" in old:
        edit(source, "· 1 point\n", "· 2 points\n")
    assert builder.check(root).lines() == [f"out of date: {RELEASE}"]


def test_an_edit_inside_a_solution_needs_no_new_release(root: Path) -> None:
    edit(root / "solutions" / "90_dots.py", "number + number", "2 * number")
    assert builder.check(root).lines() == []


def test_missing_and_stray_files_are_named(root: Path) -> None:
    (root / RELEASE).unlink()
    for stray in ("course/90_dots/90_dots.py", "course/91_gone/91_gone.ipynb"):
        (root / stray).parent.mkdir(exist_ok=True)
        (root / stray).write_text("")
    (root / "course" / "logbook.jsonl").write_text("")
    (root / "course" / "90_dots" / ".ipynb_checkpoints").mkdir()
    (root / "course" / "90_dots" / ".ipynb_checkpoints" / "x.ipynb").write_text("")
    assert builder.check(root).lines() == [
        f"missing: {RELEASE}",
        "stray: course/90_dots/90_dots.py",
        "stray: course/91_gone/91_gone.ipynb",
    ]


def test_a_picture_that_a_lesson_shows_must_be_there(root: Path) -> None:
    edit(root / "solutions" / "90_dots.py", "# Done.", "# ![dots](../static/dots.jpg)")
    builder.build(root)
    assert builder.check(root).lines() == ["missing: course/static/dots.jpg"]
    (root / "course" / "static").mkdir()
    (root / "course" / "static" / "dots.jpg").write_bytes(b"")
    assert builder.check(root).lines() == []
    (root / "course" / "static" / "notes.txt").write_bytes(b"")
    assert builder.check(root).lines() == ["stray: course/static/notes.txt"]


def test_a_checkout_with_crlf_is_up_to_date(root: Path) -> None:
    path = root / RELEASE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert builder.check(root).lines() == []


def test_a_mistake_in_one_lesson_writes_nothing(root: Path) -> None:
    (root / RELEASE).unlink()
    text = (FIXTURES / "90_dots.py").read_text("utf-8").replace("import io", "import")
    (root / "solutions" / "91_more.py").write_text(text)
    with pytest.raises(AuthoringError, match=r"91_more\.py, cell number 2"):
        builder.build(root)
    assert not (root / RELEASE).exists()


def test_a_file_that_is_no_lesson_is_named(root: Path) -> None:
    (root / "solutions" / "notes.py").write_text("")
    with pytest.raises(AuthoringError, match=r"solutions/notes\.py: a lesson is called NN_name"):
        builder.check(root)


def test_no_lessons_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match="no lesson in"):
        builder.build(tmp_path)


def test_the_release_is_alone_in_its_folder(root: Path) -> None:
    assert [path.name for path in (root / RELEASE).parent.iterdir()] == ["90_dots.ipynb"]
    source = root / "build" / "source" / "90_dots"
    assert [path.name for path in source.iterdir()] == ["90_dots.ipynb"]


def outputs(notebook: NotebookNode) -> None:
    notebook.cells[1].outputs = [{"output_type": "stream", "name": "stdout", "text": "6"}]


def count(notebook: NotebookNode) -> None:
    notebook.cells[1].execution_count = 1


def widget_state(notebook: NotebookNode) -> None:
    notebook.metadata["widgets"] = {"state": {}}


def version(notebook: NotebookNode) -> None:
    notebook.metadata.language_info["version"] = "3.11.4"


def execution(notebook: NotebookNode) -> None:
    notebook.cells[1].metadata["execution"] = {}


def mark(notebook: NotebookNode) -> None:
    notebook.cells[1].source += "\n### BEGIN SOLUTION"


def line(notebook: NotebookNode) -> None:
    notebook.cells[-1].source += "\n```python\n  twice_as_many = number + number\n```"


def model_answer(notebook: NotebookNode) -> None:
    notebook.cells[-1].source = "That twice three is six, whatever the colour of the dots."


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (outputs, "cell code-import-io of the release still has outputs"),
        (count, "cell code-import-io of the release still has outputs"),
        (widget_state, "notebook metadata widgets"),
        (version, "version of the Python"),
        (execution, "cell code-import-io of the release still has the metadata execution"),
        (mark, "cell code-import-io of the release still has the mark"),
        (line, "cell markdown-recap of the release shows 'twice_as_many = number + number'"),
        (model_answer, "a line of the solution in dots-reflection"),
    ],
)
def test_every_leak_is_found(
    lesson: Lesson, released: NotebookNode, spoil: Callable[[NotebookNode], None], named: str
) -> None:
    assert list(leaks(released, lesson.notebook)) == []
    spoiled = copy.deepcopy(released)
    spoil(spoiled)
    (found,) = leaks(spoiled, lesson.notebook)
    assert named in found


def test_a_hint_that_gives_the_answer_stops_the_build(root: Path) -> None:
    edit(root / "solutions" / "90_dots.py", "# Done.", "#     twice_as_many = number + number")
    with pytest.raises(AuthoringError, match=r"90_dots\.py, cell markdown-recap"):
        builder.check(root)


def test_bytes_end_in_one_newline(released: NotebookNode) -> None:
    content = as_bytes(released)
    assert content.endswith(b"}\n")
    assert b"\r" not in content
