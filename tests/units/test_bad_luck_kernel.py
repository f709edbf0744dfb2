"""Bad luck in a real kernel: one clear line each, no traceback, nothing on stderr."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

from helpers.models import lite0

IMPORTS = """
from helpers import data, explore, models, plots, training
from helpers.checks import check
"""
GOES_ON = {
    "cache": """
import torch
net = models.freeze_backbone(models.backbone(classes=2, pretrained=False))
photographs = data.load()
plain = data.plain_transform(32, net.config.mean, net.config.std)
kept = training.PrefixCache(net, photographs.train, plain, progress=False)
""",
    "logbook": """
entry = training.Logbook.open().record("00_the_wall", "wall", valid_accuracy=0.9)
""",
}
STOPS = {
    "data.load('herbariun')": "Did you mean 'herbarium'?",
    "data.load('no/such/folder')": "There is no folder no/such/folder",
    "data.load('broken')": "broken/ants has no usable pictures",
    "data.flowers102()": "set COURSE_CACHE to a folder you may write to",
    "photographs.train.of_class('wasps')": "There is no class 'wasps'",
    "models.backbone('resnet19')": "did you mean 'resnet18'?",
    "models.backbone('resnet18')": "could not be downloaded",
    "models.backbone()": "The weights of lite0 are damaged",
    "explore.wall(photographs)": "The weights of lite0 are damaged",
    "explore.augmentation(start='wild')": "There is no preset called 'wild'",
    "explore.augmentation(start={'rotate': 9})": "did you mean 'rotation'?",
    "plots.views(photographs.train.picture(0), 'hue')": "'hue' is not a transform",
    "check('wall.acuracy', print)": "did you mean 'wall.accuracy'?",
}


def photographs(folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (folder / name).mkdir(parents=True)
        for i in range(4):
            picture = np.full((40, 40, 3), 40 * i, np.uint8)
            Image.fromarray(picture).save(folder / name / f"{i}.png")


def weights_cut_short(folder: Path) -> None:
    package = folder / lite0.PACKAGE.replace("-", "_")
    (package / "models").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "models" / lite0.WEIGHTS).write_bytes(lite0.weights_path().read_bytes()[:100_000])


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """The outputs of each cell, from one kernel with nothing but bad luck."""
    folder = tmp_path_factory.mktemp("luck")
    photographs(folder / "photographs", ("ants", "bees"))
    photographs(folder / "broken", ("ants", "bees"))
    for file in (folder / "broken" / "ants").iterdir():
        file.write_bytes(b"not a picture")
    weights_cut_short(folder / "packages")
    (folder / "file").touch()
    variables = {
        "PYTHONPATH": os.pathsep.join([str(folder / "packages"), str(Path(__file__).parents[2])]),
        "COURSE_DATA": str(folder / "photographs"),
        "COURSE_CACHE": str(folder / "file"),  # a file where a folder should be
        "COURSE_LOGBOOK": str(folder / "file" / "logbook.jsonl"),
        "TORCH_HOME": str(folder / "torch"),
        "HTTPS_PROXY": "http://127.0.0.1:9",  # nobody listens there
        "https_proxy": "http://127.0.0.1:9",
    }
    sources = [IMPORTS, *GOES_ON.values(), *STOPS, "print('still here')"]
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute(env=_grading_free(os.environ) | variables)
    names = ["imports", *GOES_ON, *STOPS, "end"]
    return {name: list(cell.outputs) for name, cell in zip(names, notebook.cells, strict=True)}


def _grading_free(environment: Any) -> dict[str, str]:
    """The environment without what tells the logbook that nbgrader is at work."""
    return {name: value for name, value in environment.items() if "NBGRADER" not in name}


def test_nothing_goes_to_stderr(cells: dict[str, list[Any]]) -> None:
    said = {
        name: out.text
        for name, outs in cells.items()
        for out in outs
        if out.get("name") == "stderr"
    }
    assert said == {}
    assert cells["imports"] == []


@pytest.mark.parametrize(
    ("name", "line"),
    [("cache", "Activations stay in memory"), ("logbook", "The logbook")],
)
def test_what_can_go_on_does_and_says_so_in_one_line(
    cells: dict[str, list[Any]], name: str, line: str
) -> None:
    (output,) = cells[name]
    assert (output.output_type, output.name) == ("stream", "stdout")
    assert output.text.startswith(line)
    assert output.text.count("\n") == 1


@pytest.mark.parametrize(("name", "line"), STOPS.items())
def test_what_cannot_go_on_is_one_line(cells: dict[str, list[Any]], name: str, line: str) -> None:
    error = cells[name][-1]
    assert error.output_type == "error"
    assert error.ename == "CourseError"
    assert line in error.evalue
    assert error.traceback == [f"CourseError: {error.evalue}"]
    assert "\n" not in error.evalue


def test_the_kernel_survives(cells: dict[str, list[Any]]) -> None:
    (output,) = cells["end"]
    assert output.text == "still here\n"
