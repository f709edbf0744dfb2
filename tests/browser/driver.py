"""JupyterLab as a person uses it, driven by its commands: menu clicks race with the kernel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import ConsoleMessage, Error, Locator, Page

SECONDS = 1000
START_LIMIT = 120 * SECONDS
RUN_LIMIT = 600 * SECONDS

NOT_OURS = (
    "favicon",  # JupyterLab swaps its icon while the kernel is busy
)
"""What JupyterLab itself reports on the browser's console."""

READY = """async path => {
    const app = window.jupyterapp;
    await app.restored;
    const until = async found => {
        while (!found()) await new Promise(resolve => setTimeout(resolve, 50));
        return found();
    };
    const open = () => [...app.shell.widgets('main')].find(
        widget => widget.context && widget.context.path.endsWith(path));
    const panel = await until(open);
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    await panel.revealed;
    app.shell.activateById(panel.id);
    return panel.context.path;
}"""

MODEL = "() => window.jupyterapp.shell.currentWidget.content.model.toJSON()"

RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"

SHUT_DOWN = """async () => {
    const panel = window.jupyterapp && window.jupyterapp.shell.currentWidget;
    if (panel && panel.sessionContext) await panel.sessionContext.shutdown();
}"""

PIXELS = """async image => {
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL();
}"""

SCROLL = """top => {
    const outer = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) '
        + '.jp-WindowedPanel-outer');
    outer.scrollTop = top;
    const cells = outer.querySelectorAll('.jp-Cell');
    const end = cells[cells.length - 1].getBoundingClientRect().bottom;
    return [end - outer.getBoundingClientRect().bottom, outer.clientHeight];
}"""


@dataclass
class Lab:
    """One browser page with JupyterLab.

    Attributes:
        page: Playwright's page.
        base: the server's address, ending in a slash.
        token: the server's token.
        name: of the workspace, so that tests do not restore each other's tabs.
        complaints: what the browser's console was told as an error.
    """

    page: Page
    base: str
    token: str
    name: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(START_LIMIT)
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in NOT_OURS):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def open(self, path: str) -> None:
        """Open the notebook at `path` and wait until its kernel takes work."""
        workspace = f"lab/workspaces/{quote(self.name)}/tree/{quote(path)}"
        self.page.goto(f"{self.base}{workspace}?token={self.token}")
        self.wait_until_ready(path)

    def wait_until_ready(self, path: str) -> None:
        """Wait until JupyterLab shows the notebook at `path` with a kernel."""
        self.page.wait_for_function("() => window.jupyterapp !== undefined")
        self.page.evaluate(READY, path)

    def run_all(self) -> bool:
        """Run all cells; return whether every one of them went through."""
        return bool(self.page.evaluate(RUN_ALL))

    def cells(self) -> list[dict[str, Any]]:
        """Return the cells as they would be saved now."""
        return list(self.page.evaluate(MODEL)["cells"])

    def cell(self, index: int) -> Locator:
        """Return one cell on the page."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def picture(self, index: int) -> str:
        """Return the pixels of all pictures that cell `index` shows."""
        images = self.cell(index).locator(".jp-OutputArea img")
        images.first.wait_for()
        for _ in range(100):
            try:
                return "\n".join(image.evaluate(PIXELS) for image in images.all())
            except Error as error:  # replaced while it was read
                if "decode" not in str(error) and "attached" not in str(error):
                    raise
                self.page.wait_for_timeout(50)
        raise AssertionError(f"cell {index} shows a picture that cannot be decoded")

    def nudge_slider(self, index: int) -> None:
        """Move the first slider of cell `index` by one step, with the keyboard."""
        handle = self.cell(index).get_by_role("slider").first
        at_the_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        handle.focus()
        handle.press("ArrowLeft" if at_the_end else "ArrowRight")

    def another_picture(self, index: int, before: str) -> str:
        """Wait until cell `index` shows something else than `before`."""
        for _ in range(START_LIMIT // 100):
            now = self.picture(index)
            if now != before:
                return now
            self.page.wait_for_timeout(100)
        raise AssertionError("the picture did not change")

    def validate(self) -> str:
        """Press Validate; return the text of the dialog it answers with."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog-content", has_text="Validation Results")
        dialog.wait_for(timeout=RUN_LIMIT)
        return dialog.inner_text()

    def close_dialog(self) -> None:
        """Accept the dialog that is open."""
        self.page.locator(".jp-Dialog-content .jp-mod-accept").click()

    def shut_down(self) -> None:
        """Stop the notebook's kernel: a dozen of them with torch would fill the memory."""
        self.page.evaluate(SHUT_DOWN)

    def photograph(self, folder: Path) -> list[Path]:
        """Save what a reader sees, page by page from the top, as `NN.png`."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("[0-9][0-9].png"):
            old.unlink()
        return list(self._pages(folder))

    def _pages(self, folder: Path) -> Iterator[Path]:
        top, number = 0, 1
        panel = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer")
        while True:
            below, page = self.page.evaluate(SCROLL, top)
            path = folder / f"{number:02}.png"
            panel.screenshot(path=path, animations="disabled")
            yield path
            if below <= 0 or number == 99:
                return
            top, number = top + page - 40, number + 1


def index_of(cells: list[dict[str, Any]], tag: str) -> int:
    """Return the position of the first cell with a tag."""
    for index, cell in enumerate(cells):
        if tag in cell["metadata"].get("tags", []):
            return index
    raise AssertionError(f"no cell is tagged {tag!r}")


def stderr_of(cells: list[dict[str, Any]]) -> list[str]:
    """Return everything that cells wrote to stderr."""
    return [
        "".join(output["text"])
        for cell in cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]


def errors_of(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the error outputs, in order."""
    return [
        output
        for cell in cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
