"""`course class init`: a directory nbgrader works in, or one clear line and nothing changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from helpers.authoring.classroom import init_class
from helpers.authoring.settings import SECRET, configure, grading_environment
from helpers.errors import CourseError
from helpers.places import SECRET_VARIABLE, repository

FIXTURES = repository() / "tests" / "fixtures" / "solutions"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one lesson."""
    shutil.copytree(FIXTURES, tmp_path / "root/solutions", ignore=shutil.ignore_patterns("__*"))
    return tmp_path / "root"


def test_a_class_has_what_nbgrader_needs_and_nothing_else(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "classes" / "autumn term"
    assert init_class(folder, root) == ["90_dots"]
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    assert found == [
        "gradebook.db",
        "nbgrader_config.py",
        "release/90_dots/90_dots.ipynb",
        "source/90_dots/90_dots.ipynb",
    ]
    assert [path.name for path in folder.parent.iterdir()] == ["autumn term"]
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "past-the-wall") as gradebook:
        (assignment,) = gradebook.assignments
        assert (assignment.name, assignment.max_score) == ("90_dots", 3)


def test_an_empty_folder_may_be_given(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert init_class(folder, root) == ["90_dots"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_there_is_not_touched(tmp_path: Path, root: Path, kind: str) -> None:
    target = tmp_path / "class"
    if kind == "folder":
        target.mkdir()
        (target / "gradebook.db").write_text("grades")
    else:
        target.write_text("grades")
    with pytest.raises(CourseError, match="is not empty: name a new folder") as caught:
        init_class(target, root)
    assert "\n" not in str(caught.value)
    kept = target / "gradebook.db" if kind == "folder" else target
    assert kept.read_text() == "grades"


def test_a_folder_that_cannot_be_made_gets_one_line(tmp_path: Path, root: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="cannot make the class in"):
        init_class(tmp_path / "file" / "class", root)


def test_a_broken_lesson_leaves_nothing_behind(tmp_path: Path, root: Path) -> None:
    source = root / "solutions" / "90_dots.py"
    source.write_text(source.read_text().replace("· 2 points", "· 3 points"))
    with pytest.raises(CourseError, match="the text promises 3 points"):
        init_class(tmp_path / "class", root)
    assert not (tmp_path / "class").exists()


def test_a_class_can_be_moved(tmp_path: Path, root: Path) -> None:
    init_class(tmp_path / "old", root)
    shutil.move(tmp_path / "old", tmp_path / "new")
    text = (tmp_path / "new" / "nbgrader_config.py").read_text()
    assert str(tmp_path) not in text


def test_sources_beside_a_notebook_are_not_handed_out() -> None:
    config = Config()
    configure(config, Path("/class"))
    assert "*.py" in config.CourseDirectory.ignore
    assert config.ClearSolutions.code_stub == {"python": "return ..."}


def test_a_class_without_field_pictures_has_no_secret(tmp_path: Path, root: Path) -> None:
    init_class(tmp_path / "class", root)
    assert not (tmp_path / "class" / SECRET).exists()
    environment: dict[str, str] = {}
    grading_environment(environment, tmp_path / "class")
    assert SECRET_VARIABLE not in environment


def test_graders_run_one_thread_and_keep_the_instructors_choice() -> None:
    environment = {"COURSE_THREADS": "4"}
    grading_environment(environment)
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["COURSE_THREADS"] == "4"
