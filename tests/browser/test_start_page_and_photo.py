"""The start page and the photo widget in real Chromium, as a learner meets them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest
from driver import Lab, errors_of, stderr_of
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

from helpers.authoring.sources import KERNELSPEC
from helpers.places import START_PAGE, lessons, repository

PICTURES = repository() / "test-results" / "screenshots"
PHOTO = """
from helpers import data, explore, models

flowers = data.herbarium()
explore.photo(models.backbone("lite0", len(flowers.classes)), flowers)
"""


@pytest.fixture
def photo_page(house: Path) -> Iterator[str]:
    """A notebook with the widget alone, on a head that has learned nothing."""
    path = house / "course" / "photo.ipynb"
    kernel = {"kernelspec": dict(KERNELSPEC)}  # without one, JupyterLab asks which to take
    nbformat.write(new_notebook(cells=[new_code_cell(PHOTO)], metadata=kernel), path)
    yield path.name
    path.unlink()


def test_the_start_page_shows_the_map_and_leads_to_a_lesson(lab: Lab, house: Path) -> None:
    if not (house / "course" / START_PAGE).is_file():
        pytest.skip("these lessons have no start page")
    lab.open(START_PAGE)
    assert lab.run_all()
    assert errors_of(lab.cells()) == [] and stderr_of(lab.cells()) == []
    table = lab.page.locator(".jp-OutputArea table")
    table.wait_for()
    names = lessons(house / "course")
    assert table.get_by_role("rowheader").count() == len(names)
    lab.photograph(PICTURES / "start")
    table.get_by_role("link").first.click()
    lab.wait_until_ready(f"{names[0]}/{names[0]}.ipynb")


def upload(lab: Lab, path: Path) -> None:
    """Press the button and choose a file."""
    with lab.page.expect_file_chooser() as opened:
        lab.cell(0).get_by_role("button", name="Upload a photograph").click()
    opened.value.set_files(path)


def test_a_photograph_is_uploaded_and_a_letter_is_refused(
    lab: Lab, photo_page: str, tmp_path: Path
) -> None:
    lab.open(photo_page)
    assert lab.run_all()
    assert errors_of(lab.cells()) == [] and stderr_of(lab.cells()) == []
    first = lab.picture(0)

    chooser = lab.cell(0).get_by_role("combobox", name="Picture")
    chooser.select_option(index=2)
    second = lab.another_picture(0, first)

    pixels = np.random.default_rng(0).integers(0, 256, (2200, 2200, 3), np.uint8)
    large = tmp_path / "large.png"
    Image.fromarray(pixels).save(large, compress_level=0)
    assert large.stat().st_size > 12 * 2**20, "more than Jupyter takes in one message by default"
    upload(lab, large)
    lab.another_picture(0, second)
    lab.cell(0).get_by_text("large.png:").wait_for()

    letter = tmp_path / "letter.jpg"
    letter.write_text("Dear course")
    upload(lab, letter)
    lab.cell(0).get_by_text("not a picture that can be read").wait_for()
    lab.photograph(PICTURES / "photo")
