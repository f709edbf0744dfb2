"""The page of findings: one file, light and dark, without a network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import jinja2
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers.python import Python3Lexer

from helpers.authoring.findings.gather import Section

_FOLDER = Path(__file__).parent


def as_page(sections: Sequence[Section]) -> bytes:
    """Return the page. Cards come as the checks make them; all else is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"code": _coloured, "card": Markup}
    script = (_FOLDER / "filter.js").read_text(encoding="utf-8")
    text = environment.get_template("page.html").render(
        lessons=[(name, list(found)) for name, found in groupby(sections, lambda one: one.lesson)],
        style=Markup((_FOLDER / "style.css").read_text(encoding="utf-8")),
        script=Markup(script),
        policy=_policy(script),
        shown=sum(len(section.findings) for section in sections),
        unshown=sum(len(section.unshown) for section in sections),
    )
    return text.encode()


def _coloured(code: str) -> Markup:
    return Markup(highlight(code, Python3Lexer(), HtmlFormatter(nowrap=True)))


def _policy(script: str) -> str:
    """A Content-Security-Policy: nothing is fetched, and only this script runs.

    Styles stand in the cards themselves, so that they must be allowed.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
