"""Rules for what prose points at: sections, files, other lessons, pictures."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from helpers.authoring.lint.course import Course, Flaw, Page

README = "README.md"

_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*([^)\s]+)[^)]*\)")
_IMAGE = re.compile(r"<img\b[^>]*>", re.S)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"', re.S)
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*#*$", re.M)
_FENCE = re.compile(r"^```.*?^```", re.M | re.S)
_ELSEWHERE = re.compile(r"(https?|mailto):")


def links(course: Course) -> Iterator[Flaw]:
    """Links to files and to sections resolve, from where learners read them."""
    for page in course.pages:
        here = course.root / "course" / (page.name if page.lesson else "")
        own = _anchors("\n\n".join(cell.text for cell in page.prose()))
        for cell in page.prose():
            for place, target in _targets(cell.text):
                wrong = _broken(target, here, own)
                if wrong:
                    yield page.flaw(cell.line_at(place), *wrong)
    if course.whole:
        yield from _readme_links(course.root)


def _readme_links(root: Path) -> Iterator[Flaw]:
    path = root / README
    if not path.is_file():
        return
    text = _FENCE.sub(lambda block: "\n" * block[0].count("\n"), path.read_text(encoding="utf-8"))
    for place, target in _targets(text):
        wrong = _broken(target, root, _anchors(text))
        if wrong:
            yield Flaw(README, 1 + text.count("\n", 0, place), *wrong)


def _targets(text: str) -> Iterator[tuple[int, str]]:
    yield from ((found.start(), found[3]) for found in _LINK.finditer(text))
    for found in _IMAGE.finditer(text):
        source = dict(_ATTRIBUTE.findall(found[0])).get("src")
        if source:
            yield found.start(), source


def _broken(target: str, here: Path, own: frozenset[str]) -> tuple[str, str] | None:
    """What is wrong with a link in a file of the folder `here`, and what to do; None if nothing."""
    if _ELSEWHERE.match(target):
        return None
    name, _, anchor = unquote(target).partition("#")
    path = (here / name).resolve()
    if name and not path.exists():
        return f"the link to {target} leads nowhere", f"no file {name} beside {here.name}/"
    sections = _sections_of(path) if name else own
    if anchor and sections is not None and anchor not in sections:
        return (
            f"the link to {target} names no section",
            "write the heading's words with hyphens in place of blanks, as in #Build-it",
        )
    return None


@functools.cache
def _sections_of(path: Path) -> frozenset[str] | None:
    """The anchors in a file; None where a link cannot name one."""
    if path.suffix == ".md":
        return _anchors(path.read_text(encoding="utf-8"))
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        return _anchors("\n\n".join(texts))
    return None


def _anchors(text: str) -> frozenset[str]:
    """What headings are called in links: JupyterLab keeps capitals, GitHub does not."""
    names = [re.sub(r"[`*]", "", heading) for heading in _HEADING.findall(text)]
    in_jupyter = {name.replace(" ", "-") for name in names}
    on_github = {re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-") for name in names}
    return frozenset(in_jupyter | on_github)


def pictures(course: Course) -> Iterator[Flaw]:
    """Every picture has words for those who do not see it."""
    for page in course.pages:
        for cell in page.prose():
            for place, words in _descriptions(cell.text):
                if not words.strip():
                    yield _undescribed(page, cell.line_at(place))


def _descriptions(text: str) -> Iterator[tuple[int, str]]:
    for found in _IMAGE.finditer(text):
        yield found.start(), dict(_ATTRIBUTE.findall(found[0])).get("alt", "")
    yield from ((found.start(), found[2]) for found in _LINK.finditer(text) if found[1])


def _undescribed(page: Page, line: int) -> Flaw:
    return page.flaw(
        line, "a picture has no text for those who do not see it", 'say in alt="..." what it shows'
    )
