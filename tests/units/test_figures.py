"""Drawings carry their words with them and never touch pyplot."""

from __future__ import annotations

import base64
import io
import os
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


IMPORT_AND_DRAW = """
import threading
class Now(threading.Timer):  # matplotlib waits five seconds before it says that fonts take long
    def start(self): self.function()
threading.Timer = Now
from helpers import data, plots
plots.bars({"a": [1.0]}).png()
"""


@pytest.mark.parametrize("home", ["empty", "not-writable"])
def test_the_first_import_on_a_machine_is_silent(tmp_path: Path, home: str) -> None:
    (tmp_path / "not-writable").write_text("a file where the home should be")
    (tmp_path / "empty").mkdir()
    variables = {"HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}
    clean = {name: value for name, value in os.environ.items() if name not in variables}
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_AND_DRAW],
        env={**clean, "HOME": str(tmp_path / home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_level_set_by_the_user_stays() -> None:
    code = (
        "import logging; logger = logging.getLogger('matplotlib'); logger.setLevel('DEBUG')\n"
        "import helpers, sys; sys.exit(logger.level != logging.DEBUG)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_course_error_shows_as_one_line() -> None:
    assert CourseError("No such folder.")._render_traceback_() == ["CourseError: No such folder."]
