"""What all pages share: one template environment that escapes everything, and one stylesheet.

A page holds what hostile people wrote. Four things keep it harmless: Jinja2 escapes every value,
`visible` is applied to each before, no link, style or attribute is made from a submission, and the
Content-Security-Policy at the top of the page would let nothing load or run anyway.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from pygments.lexers.python import Python3Lexer
from pygments.token import STANDARD_TYPES, Token
from pygments.token import _TokenType as TokenType

from helpers.grading.reports.text import (
    HIDDEN,
    count_of,
    number,
    printed,
    shortened,
    visible,
    without_ansi,
)

TEMPLATES = Path(__file__).parent / "templates"
MAX_CODE = 40_000
"""Characters of one answer that a page shows."""
MAX_COLOURED = 20_000
"""Longer code is shown in one colour: a lexer may take its time over code made to vex it."""
_UNCOLOURED = {"", "w", "n", "o", "p"}


def render(template: str, **values: Any) -> bytes:
    """Fill a template of `templates/`; every value is shown as text."""
    text = _environment().get_template(template).render(values)
    return text.encode("utf-8", "backslashreplace")


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    environment.globals |= {"style": Markup(style), "policy": policy(style)}
    environment.filters |= {
        "code": highlighted,
        "printed": printed,
        "number": number,
        "count_of": count_of,
        "shortened": shortened,
    }
    return environment


def policy(style: str) -> str:
    """Return a Content-Security-Policy that allows this stylesheet and pictures in the page."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _shown(value: object) -> object:
    """Prepare a value for escaping: what is no markup of ours hides nothing."""
    return value if isinstance(value, Markup) else visible(without_ansi(str(value)))


def highlighted(code: str) -> Markup:
    """Return Python code as coloured HTML; every character of it is escaped."""
    code = shortened(code.replace("\r\n", "\n").replace("\r", "\n"), MAX_CODE)
    if len(code) > MAX_COLOURED:
        return Markup(_characters(code))
    tokens = Python3Lexer(stripnl=False, ensurenl=False).get_tokens(code)
    return Markup("".join(_coloured(kind, text) for kind, text in tokens))


def _coloured(kind: TokenType, text: str) -> str:
    """Return a token as HTML; names and punctuation stay as they are."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent or Token
    name = STANDARD_TYPES[kind]
    shown = _characters(text)
    return shown if name in _UNCOLOURED else f'<span class="t-{name}">{shown}</span>'


def _characters(text: str) -> str:
    """Return code as HTML: escaped, and what would not be seen in it marked."""
    parts, done = [], 0
    for found in HIDDEN.finditer(text):
        parts.append(html.escape(text[done : found.start()]))
        parts.append(f'<span class="hidden">{html.escape(visible(found[0]))}</span>')
        done = found.end()
    return "".join([*parts, html.escape(text[done:])])
