"""A class with field pictures: what is handed out, what stays, and how nbgrader scores."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from support import Classroom

from helpers.authoring import classroom as making
from helpers.authoring.classroom import init_class
from helpers.authoring.settings import SECRET, grading_environment
from helpers.checks.past.capstone import class_key
from helpers.data import field, write_predictions
from helpers.data.flora import class_set
from helpers.data.flora.class_set import picture_names
from helpers.errors import CourseError
from helpers.places import CLASS_FILE, PREDICTIONS, SECRET_VARIABLE

LESSON = "91_field"
GIVEN = "00112233445566778899aabbccddeeff"
STEPS = ("wall_passed", "field_95", "field_97", "field_98")

_HEADER = """# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 91 · Field
# A small lesson for the tests: it names field pictures.

# %%
from helpers import data
from helpers.checks import check
from helpers.data.field import read_class_set
from pathlib import Path

# data.field_pictures(flowers) reads the same file, for the herbarium only
field = read_class_set(Path("field_pictures.zip"))
print(len(field), field.set_id)

# %% nbgrader={"grade": false, "grade_id": "answer-guess", "locked": false, "schema_version": 3, "solution": true, "task": false}
def guess(names):
    ### BEGIN SOLUTION
    return ["Velia regina"] * len(names)
    ### END SOLUTION

# %%
if guess(field.names) is not ...:
    data.write_predictions("predictions.csv", field.names, guess(field.names))

"""  # noqa: E501
_STEP = """# %% [markdown]
# **Exercise past.{0}** · 2 points

# %% nbgrader={{"grade": true, "grade_id": "past-{0}", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}}
check("past.{0}", "predictions.csv")

"""  # noqa: E501


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, private_jupyter: dict[str, str]
) -> Iterator[Classroom]:
    """Make a class of that one lesson, with a secret of its own."""
    root = tmp_path_factory.mktemp("root")
    (root / "solutions").mkdir()
    text = _HEADER + "".join(_STEP.format(step) for step in STEPS)
    (root / "solutions" / f"{LESSON}.py").write_text(text)
    folder = tmp_path_factory.mktemp("classes") / "class"
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv(SECRET_VARIABLE, raising=False)
        init_class(folder, root)
        yield Classroom(folder, {k: v for k, v in private_jupyter.items() if k != SECRET_VARIABLE})


def files(folder: Path) -> list[str]:
    return sorted(at.relative_to(folder).as_posix() for at in folder.rglob("*") if at.is_file())


def secret_of(made: Classroom) -> str:
    return class_set.checked_secret((made.folder / SECRET).read_text())


def test_the_pictures_are_handed_out_and_the_secret_is_not(made: Classroom) -> None:
    assert files(made.folder) == [
        SECRET, "gradebook.db", "nbgrader_config.py",
        f"release/{LESSON}/{LESSON}.ipynb", f"release/{LESSON}/{CLASS_FILE}",
        f"source/{LESSON}/{LESSON}.ipynb", f"source/{LESSON}/{CLASS_FILE}",
    ]  # fmt: skip
    handed_out = made.folder / "release" / LESSON / CLASS_FILE
    found = field.read_class_set(handed_out)
    assert (len(found), found.set_id) == (480, class_set.set_id(secret_of(made)))
    assert 2e6 < handed_out.stat().st_size < 8e6


def test_no_file_but_one_holds_the_secret(made: Classroom) -> None:
    secret = secret_of(made).encode()
    assert len(secret) == 64
    holding = [name for name in files(made.folder) if secret in (made.folder / name).read_bytes()]
    assert holding == [SECRET]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_owner_may_read_the_secret(made: Classroom) -> None:
    path = made.folder / SECRET
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_configuration_says_where_the_secret_is_and_not_what(made: Classroom) -> None:
    environment: dict[str, str] = {}
    grading_environment(environment, made.folder)
    assert environment[SECRET_VARIABLE] == str(made.folder / SECRET)
    gone = made.folder / SECRET
    content = gone.read_bytes()
    gone.unlink()
    try:  # a copy of the class without its hidden folder must not pass everybody
        environment.clear()
        grading_environment(environment, made.folder)
        assert environment[SECRET_VARIABLE] == str(gone)
    finally:
        gone.write_bytes(content)
        gone.chmod(0o600)
    assert "root=Path(__file__)" in (made.folder / "nbgrader_config.py").read_text()


def test_a_secret_may_be_given(
    made: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = class_set.write_class_set
    monkeypatch.setattr(
        making, "write_class_set", lambda file, secret: few(file, secret, 3, 32, show=False)
    )
    (tmp_path / "solutions").mkdir()
    text = _HEADER + _STEP.format("wall_passed")
    (tmp_path / "solutions" / f"{LESSON}.py").write_text(text)
    for name in ("a", "b"):
        init_class(tmp_path / name, tmp_path, secret=GIVEN)
    first, second = (tmp_path / name / "release" / LESSON / CLASS_FILE for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert (tmp_path / "a" / SECRET).read_text() == GIVEN + "\n"
    with pytest.raises(CourseError, match="hexadecimal digits"):
        init_class(tmp_path / "c", tmp_path, secret="too short")
    assert not (tmp_path / "c").exists()


def predict(folder: Path, secret: str, wrong: int) -> None:
    """Write predictions for a class, the first `wrong` of them of another species."""
    key = class_key(secret)
    assert key.species is not None
    species = [
        next(name for name in key.classes if name != right) if place < wrong else right
        for place, right in enumerate(key.species)
    ]
    write_predictions(folder / PREDICTIONS, picture_names(key.set_id, key.count), species)


def test_nbgrader_scores_what_was_submitted(made: Classroom) -> None:
    """Two learners, and an instructor whose own predictions lie in source/."""
    release, source = made.folder / "release" / LESSON, made.folder / "source" / LESSON
    for student in ("good", "elsewhere"):
        shutil.copytree(release, made.folder / "submitted" / student / LESSON)
    predict(made.folder / "submitted/good" / LESSON, secret_of(made), wrong=20)
    predict(made.folder / "submitted/elsewhere" / LESSON, GIVEN, wrong=0)
    (made.folder / "submitted/elsewhere" / LESSON / CLASS_FILE).unlink()
    predict(source, secret_of(made), wrong=0)
    made.nbgrader("generate_assignment", LESSON, "--force")
    assert sorted(path.name for path in release.iterdir()) == [f"{LESSON}.ipynb", CLASS_FILE]
    made.nbgrader("autograde", LESSON)
    assert points(made, "good") == [2, 2, 0, 0]
    assert points(made, "elsewhere") == [0, 0, 0, 0]
    assert (made.folder / "autograded/elsewhere" / LESSON / CLASS_FILE).exists()
    graded = {name: said(made, name) for name in ("good", "elsewhere")}
    assert "460 of 480" in graded["good"] and "This step needs 97 %" in graded["good"]
    assert class_set.set_id(GIVEN) in graded["elsewhere"]
    assert not any(secret_of(made) in text for text in graded.values())


def points(made: Classroom, student: str) -> list[float]:
    """The points of the four steps, from the gradebook."""
    url = f"sqlite:///{(made.folder / 'gradebook.db').as_posix()}"
    with Gradebook(url, "past-the-wall") as gradebook:
        return [
            gradebook.find_grade(f"past-{step}", LESSON, LESSON, student).auto_score
            for step in STEPS
        ]


def said(made: Classroom, student: str) -> str:
    return str(made.notebook("autograded", student, LESSON))
