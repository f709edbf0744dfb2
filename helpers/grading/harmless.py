"""What a learner wrote in words, so that it may stand on a page that somebody else opens."""

from __future__ import annotations

import html
import re

import mistune
import nh3

MOST_CHARACTERS = 20_000
"""Of one written answer; far more than anyone writes, and quickly rendered whatever it holds."""

_TAGS = {
    "p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "a",
}  # fmt: skip
_NO_MATHS = "tex2jax_ignore mathjax_ignore"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class _Words(mistune.HTMLRenderer):
    """Renders Markdown; its HTML stays text, its pictures are named instead of loaded."""

    def __init__(self) -> None:
        super().__init__(escape=True)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Name a picture: loading it would tell its owner who grades, and when."""
        return f"[picture: {html.escape(text)}]"


def markdown_to_html(text: str) -> str:
    """Render Markdown to HTML that can do nothing: no script, style, picture, id or event.

    Links stay if they lead to a full http, https or mailto address. HTML in the text is shown as
    text.
    """
    text = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
    try:
        made = str(_render(text[:MOST_CHARACTERS]))
    except Exception:  # a parser that stumbles must not hide an answer from the one who grades it
        made = f"<pre>{html.escape(text[:MOST_CHARACTERS])}</pre>"
    if len(text) > MOST_CHARACTERS:
        made += f"<p><em>… and {len(text) - MOST_CHARACTERS:,} more characters.</em></p>"
    return nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_full_address,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _render(text: str) -> str:
    # A renderer has state: one for each text.
    parser = mistune.create_markdown(renderer=_Words(), plugins=["table", "strikethrough"])
    return str(parser(text))


def _full_address(element: str, attribute: str, value: str) -> str | None:
    """Drop an address that is relative: on formgrader's page it would lead into formgrader."""
    return value if re.match(r"(https?://|mailto:)", value, re.IGNORECASE) else None


def markdown_cell(text: str, remark: str) -> str:
    """Return the source of a Markdown cell that shows what a learner wrote, and does nothing else.

    Args:
        text: the learner's.
        remark: a line that stands above it.
    """
    made = f"<p><em>{html.escape(remark)}</em></p>{markdown_to_html(text)}"
    # On one line and without dollars and backslashes it is one block of HTML to any Markdown
    # parser, and no formula to those that look for formulas first.
    for sign in "\n\r\t\\$":
        made = made.replace(sign, f"&#{ord(sign)};")
    return f'<div class="{_NO_MATHS}">{made}</div>'


def without_maths(page: str) -> str:
    """Keep MathJax away from a piece of HTML: its macros can link and style."""
    return f'<div class="{_NO_MATHS}">{page}</div>'


def comment_line(text: str, most: int = 500) -> str:
    """Put a text on one line that says the same as Markdown: nbgrader's feedback renders comments.

    Tags, links and macros are broken by a space; only what is longer than `most` is left out.
    """
    line = " ".join(_CONTROLS.sub(" ", text).split())
    line = line if len(line) <= most else line[: most - 1] + "…"
    line = re.sub(r"<(?=[A-Za-z/!?])", "< ", line)
    line = re.sub(r"\](?=[(:\[])", "] ", line)
    line = re.sub(r"\\(?=[A-Za-z])", r"\\ ", line)  # \href and its like
    return "\\" + line if line.startswith("#") else line  # a heading would get an id
