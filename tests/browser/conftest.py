"""One server and one browser for all browser tests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from driver import Lab
from playwright.sync_api import Browser, sync_playwright
from support import Server, serve
from support import once_for_each_lesson as pytest_generate_tests

__all__ = ["pytest_generate_tests"]

from helpers.places import lessons

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

START = """
import sys
from pathlib import Path
from helpers.lab import open_lab
open_lab(sys.argv[2:], Path(sys.argv[1]))
"""


@pytest.fixture(scope="session")
def lab_server(
    house: Path, private_jupyter: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve `course/` as `course lab` does, with solved copies in `course/solved/`."""
    for name in lessons(house / "solutions"):
        shutil.copytree(house / "build" / "source" / name, house / "course" / "solved" / name)
    shutil.copytree(house / "course" / "static", house / "course" / "solved" / "static")
    settings = Path(private_jupyter["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab/notebook-extension"
    settings.mkdir(parents=True)
    # A cell outside the window is not in the page otherwise.
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    options = ["--no-browser", "--ServerApp.port=0", "--LabApp.expose_app_in_browser=True"]
    command = [sys.executable, "-c", START, str(house), *options]
    log = tmp_path_factory.mktemp("logs") / "lab.txt"
    yield from serve(command, tmp_path_factory.mktemp("elsewhere"), private_jupyter, log)


@pytest.fixture(scope="module")
def chromium(chromium_path: Path) -> Iterator[Browser]:
    """Start the browser, for one module at a time.

    While Playwright is open an event loop runs in the main thread: later tests, of widgets that
    ask for one, would find it.
    """
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield program
        program.close()


@pytest.fixture
def lab(chromium: Browser, lab_server: Server, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Open a fresh page; at its end, nothing may have complained on the console."""
    context = chromium.new_context(viewport={"width": 1300, "height": 1000})
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    page = Lab(context.new_page(), lab_server.url, lab_server.token, name)
    yield page
    complaints = list(page.complaints)
    page.shut_down()
    context.close()
    assert complaints == []
