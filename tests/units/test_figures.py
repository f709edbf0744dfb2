"""Drawings carry their words with them and never touch pyplot."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from helpers import figures
from helpers.errors import CourseError


def a_drawing() -> figures.Drawing:
    figure, axes = figures.new_figure(4, 3, dpi=50)
    axes.plot([0, 1], [0, 1])
    return figures.Drawing(figure, "A line\n  that rises.")


def test_a_notebook_gets_the_picture_and_the_words() -> None:
    data, metadata = a_drawing()._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.size == (200, 150)
    assert data["text/plain"] == "A line that rises."
    assert metadata["image/png"]["alt"] == "A line that rises."


@pytest.mark.parametrize("ending", ["png", "jpg", "svg", "pdf"])
def test_saving_follows_the_ending(tmp_path: Path, ending: str) -> None:
    path = a_drawing().save(tmp_path / f"figure.{ending}")
    magic = {"png": b"\x89PNG", "jpg": b"\xff\xd8", "svg": b"<svg", "pdf": b"%PDF"}
    assert magic[ending] in path.read_bytes()[:1000]


def test_a_grid_is_rows_of_columns() -> None:
    _, axes = figures.new_grid(4, 4, rows=2, columns=3)
    assert [len(row) for row in axes] == [3, 3]


def test_the_palette_has_no_colour_twice() -> None:
    assert len(set(figures.PALETTE)) == len(figures.PALETTE) >= 7


def test_pyplot_is_never_imported() -> None:
    code = "import sys, helpers.figures; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_course_error_shows_as_one_line() -> None:
    assert CourseError("No such folder.")._render_traceback_() == ["CourseError: No such folder."]
