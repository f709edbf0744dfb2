"""What `course lab` tells JupyterLab."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.errors import CourseError
from helpers.lab import (
    SETTINGS,
    choose_lesson,
    choose_page,
    lab_arguments,
    lab_environment,
    split_arguments,
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with three lessons."""
    for name in ("00_the_wall", "01_augmentation", "10_more"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.ipynb").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (None, "00_the_wall"),
        ("01", "01_augmentation"),
        ("augmentation", "01_augmentation"),
        ("00_the_wall", "00_the_wall"),
    ],
)
def test_a_lesson_is_found_by_any_part_of_its_name(
    course: Path, wanted: str | None, found: str
) -> None:
    assert choose_lesson(course, wanted) == found


def test_it_opens_the_start_page_where_there_is_one(course: Path) -> None:
    assert choose_page(course, None) == "00_the_wall/00_the_wall.ipynb"
    (course / "start.ipynb").write_text("")
    assert choose_page(course, None) == "start.ipynb"
    assert choose_page(course, "01") == "01_augmentation/01_augmentation.ipynb"
    ours = lab_arguments(course, choose_page(course, None))
    assert "--LabApp.default_url=/lab/tree/start.ipynb" in ours


@pytest.mark.parametrize("wanted", ["7", "_", "Wall"])
def test_other_names_get_the_list(course: Path, wanted: str) -> None:
    with pytest.raises(CourseError, match="there are 00_the_wall, 01_augmentation, 10_more"):
        choose_lesson(course, wanted)


def test_a_course_without_lessons_gets_one_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="run `course build`"):
        choose_lesson(tmp_path, None)


def test_what_is_jupyterlabs_is_passed_on() -> None:
    assert split_arguments(["01", "--no-browser"]) == ("01", ["--no-browser"])
    assert split_arguments(["--port", "8899"]) == (None, ["--port", "8899"])
    assert split_arguments([]) == (None, [])


def test_an_option_of_the_user_replaces_ours(course: Path) -> None:
    ours = lab_arguments(course, "00_the_wall/00_the_wall.ipynb")
    assert f"--ServerApp.root_dir={course}" in ours
    changed = lab_arguments(course, "00_the_wall/00_the_wall.ipynb", ["--ServerApp.root_dir=/tmp"])
    assert [option for option in changed if "root_dir" in option] == ["--ServerApp.root_dir=/tmp"]


def test_the_users_own_settings_stay_in_force() -> None:
    environment = lab_environment({"JUPYTER_CONFIG_PATH": "/theirs", "OMP_WAIT_POLICY": "ACTIVE"})
    assert environment["JUPYTER_CONFIG_PATH"] == f"{SETTINGS}{os.pathsep}/theirs"
    assert environment["OMP_WAIT_POLICY"] == "ACTIVE"
    assert lab_environment({})["OMP_WAIT_POLICY"] == "PASSIVE"


def test_every_extension_we_turn_off_is_one_that_nbgrader_has() -> None:
    """A renamed extension would come back unnoticed."""
    program = (
        "import json; from jupyter_server.config_manager import BaseJSONConfigManager; "
        "from jupyter_core.paths import jupyter_config_path; import pathlib; "
        "print(json.dumps([str(p) for f in jupyter_config_path() "
        "for p in pathlib.Path(f).glob('jupyter_server_config.d/*.json')]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    known = "".join(Path(path).read_text() for path in json.loads(done.stdout))
    chosen = json.loads((SETTINGS / "jupyter_server_config.json").read_text())
    names = chosen["ServerApp"]["jpserver_extensions"]
    assert names
    assert [name for name in names if name not in known] == []
