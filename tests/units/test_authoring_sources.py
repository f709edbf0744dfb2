"""What an author may get wrong in a percent file, and what they are told."""

from __future__ import annotations

from pathlib import Path

import jupytext
import pytest

from helpers.authoring.sources import AuthoringError, normalise, read_lesson
from helpers.places import repository

FIXTURE = repository() / "tests" / "fixtures" / "solutions" / "90_dots.py"
TEXT = FIXTURE.read_text("utf-8")


def read(tmp_path: Path, text: str, name: str = "90_dots.py") -> None:
    """Read a lesson from a text."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    read_lesson(path)


MISTAKES = {
    "syntax": ("return twice_as_many", "return twice_as many", "syntax error in its line 5"),
    "header": ('"points": 2,', '"points": 2,,', "nbgrader={...} is not valid JSON"),
    "id twice": ('"dots-reflection"', '"dots-double"', "the grade id dots-double is used twice"),
    "dot": ('"dots-double"', '"dots.double"', "letters, digits, hyphens and underscores only"),
    "no points": ('"points": 2, ', "", "a graded cell needs points above 0, this one has None"),
    "points 0": ('"points": 2,', '"points": 0,', "points above 0, this one has 0"),
    "promise": ("· 2 points", "· 3 points", "the text promises 3 points, the cell gives 2"),
    "unannounced": ("**Exercise dots.double**", "Exercise", "no text announces it"),
    "announced": ("# Done.", "# **Exercise dots.half** · 1 point", "no graded cell has its id"),
    "no check": ('check("dots.double", double)', "def test(): pass",
                 'must call check("dots.double"'),
    "other check": ('check("dots.double"', 'check("dots.half"', 'must call check("dots.double"'),
    "unlocked": ('"locked": true, "points": 2', '"locked": false, "points": 2', "must be locked"),
    "schema": ('"schema_version": 3, "solution": true', '"schema_version": 1, "solution": true',
               "schema_version is 1, must be 3"),
    "settings": ('"locked": false, ', "", "its nbgrader settings lack locked"),
    "no region": ("    ### BEGIN SOLUTION\n", "", "closes with the line"),
    "no end": ("    ### END SOLUTION\n", "", "'### BEGIN SOLUTION' without '### END SOLUTION'"),
    "odd mark": ("### BEGIN SOLUTION", "# BEGIN SOLUTION", "a solution opens with the line"),
    "wrong cell": ("dots_widget()\n\n# %%", "### BEGIN SOLUTION\n### END SOLUTION\n\n# %%",
                   "would be handed out"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_one_clear_line(tmp_path: Path, mistake: str) -> None:
    right, wrong, message = MISTAKES[mistake]
    assert right in TEXT
    with pytest.raises(AuthoringError) as caught:
        read(tmp_path, TEXT.replace(right, wrong, 1))
    said = str(caught.value)
    assert message in said
    assert said.startswith("90_dots.py")
    assert "\n" not in said


def test_an_answer_cell_without_a_region_is_an_error(tmp_path: Path) -> None:
    text = TEXT.replace("    ### BEGIN SOLUTION\n", "").replace("    ### END SOLUTION\n", "")
    with pytest.raises(AuthoringError, match="an answer cell needs '### BEGIN SOLUTION'"):
        read(tmp_path, text)


def test_the_message_names_the_line_of_the_cell(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError) as caught:
        read(tmp_path, TEXT.replace("return twice_as_many", "return twice_as many"))
    line = int(str(caught.value).partition("(line ")[2].partition(")")[0])
    assert "answer-double" in TEXT.split("\n")[line - 1]


def test_a_lesson_has_a_number_and_a_name(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match=r"a lesson is called NN_name\.py"):
        read(tmp_path, TEXT, "Dots.py")


def test_text_that_is_not_utf8_gets_one_line(tmp_path: Path) -> None:
    path = tmp_path / "90_dots.py"
    path.write_bytes(b"# %%\nname = '\xff'\n")
    with pytest.raises(AuthoringError, match="cannot be read as UTF-8"):
        read_lesson(path)


def test_magics_are_no_syntax_error(tmp_path: Path) -> None:
    read(tmp_path, TEXT.replace("# %%\nimport io", "# %%\n# %matplotlib inline\n# !ls\nimport io"))


def test_a_cell_more_changes_no_other_cells_id(tmp_path: Path) -> None:
    before = [cell.id for cell in read_lesson(FIXTURE).notebook.cells]
    path = tmp_path / "90_dots.py"
    path.write_text(
        TEXT.replace("# %% [markdown]\n# ## Try", "# %%\n1 + 1\n\n# %% [markdown]\n# ## Try")
    )
    after = [cell.id for cell in read_lesson(path).notebook.cells]
    assert len(set(after)) == len(after)
    assert [name for name in after if name in before] == before


def test_what_the_machine_adds_is_left_out() -> None:
    raw = jupytext.reads(TEXT, fmt="py:percent")
    expected = normalise(raw)
    raw.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    raw.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    for cell in raw.cells:
        cell.metadata["execution"] = {"iopub.status.idle": "2026-01-01T00:00:00Z"}
        cell.metadata["lines_to_next_cell"] = 2
        if cell.cell_type == "code":
            cell.execution_count = 3
            cell.outputs = [{"output_type": "stream", "name": "stdout", "text": "secret"}]
    assert normalise(raw) == expected


def test_jupyterlab_opens_a_source_as_a_notebook_and_saves_it_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "jupytext.toml").write_text((repository() / "jupytext.toml").read_text())
    (tmp_path / "90_dots.py").write_text(TEXT, encoding="utf-8")
    manager = jupytext.TextFileContentsManager(root_dir=str(tmp_path))
    model = manager.get("90_dots.py", type="notebook", content=True)
    assert model["type"] == "notebook"
    tags = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in model["content"].cells]
    assert "dots-double" in tags
    model["content"].metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    model["content"].cells[1].metadata["execution"] = {"iopub.status.idle": "2026-01-01"}
    manager.save(model, "90_dots.py")
    assert (tmp_path / "90_dots.py").read_text("utf-8") == TEXT
