"""Imports point downwards only, and learners need neither JupyterLab nor nbgrader."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HELPERS = Path(__file__).resolve().parents[2] / "helpers"

FLOORS = {
    "errors": 0,
    "storage": 1,
    "progress": 1,
    "figures": 1,
    "places": 1,
    "randomness": 1,
    "verdicts": 1,
    "data": 2,
    "models": 2,
    "training": 3,
    "plots": 4,
    "explore": 5,
    "checks": 5,
    "authoring": 6,
    "browser": 6,
    "debian": 6,
    "equipment": 7,
    "kernels": 6,
    "grading": 7,
    "doctor": 8,
    "lab": 8,
    "cli": 9,
}
"""Each part may import from floors below its own, and from itself."""

LEARNERS_PARTS = sorted(name for name, floor in FLOORS.items() if floor < FLOORS["authoring"])
NOT_FOR_LEARNERS = ("jupyterlab", "nbgrader", "jupytext", "nbformat", "nbconvert", "playwright")


def parts() -> list[str]:
    """Return the parts of helpers/, whether a file or a folder."""
    found = {path.stem for path in HELPERS.glob("*.py")}
    found |= {path.parent.name for path in HELPERS.glob("*/__init__.py")}
    return sorted(found - {"__init__"})


def files_of(part: str) -> list[Path]:
    """Return the source files of one part."""
    folder = HELPERS / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [HELPERS / f"{part}.py"]


def imported(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Yield line and full name of every import in a module, lazy ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def wrong_way(part: str, source: str, package: str) -> list[str]:
    """Return the imports of a source that do not point downwards."""
    wrong = []
    for line, name in imported(ast.parse(source), package):
        words = name.split(".")
        if words[0] != "helpers" or len(words) < 2 or words[1] == part:
            continue
        if words[1] not in FLOORS or FLOORS[words[1]] >= FLOORS[part]:
            wrong.append(f"line {line}: {name}")
    return wrong


def test_every_part_has_a_floor() -> None:
    assert set(parts()) == set(FLOORS)


@pytest.mark.parametrize("part", parts())
def test_imports_point_downwards(part: str) -> None:
    wrong = {}
    for path in files_of(part):
        inside = path.relative_to(HELPERS.parent).with_suffix("").parts
        package = ".".join(inside if path.name == "__init__.py" else inside[:-1])
        package = package.removesuffix(".__init__")
        if found := wrong_way(part, path.read_text("utf-8"), package):
            wrong[path.name] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("training", "from helpers.plots import bars"),
        ("training", "from helpers import explore"),
        ("checks", "import helpers.explore.wall"),
        ("models", "from ..data import load"),
        ("data", "def late():\n    from helpers import models"),
    ],
)
def test_an_import_that_points_upwards_is_found(part: str, source: str) -> None:
    assert wrong_way(part, source, f"helpers.{part}")


def test_learners_parts_import_without_jupyterlab_and_nbgrader() -> None:
    program = (
        "import sys\n"
        f"for name in {NOT_FOR_LEARNERS!r}: sys.modules[name] = None\n"
        f"for name in {LEARNERS_PARTS!r}: __import__('helpers.' + name)\n"
        "import helpers.cli\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == ""
