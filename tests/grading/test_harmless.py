"""What a learner wrote in words, as the pages of nbgrader render it: it does nothing."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import nbformat
import pytest
from nbconvert.filters.markdown import markdown2html
from nbgrader import utils

from helpers.grading import autograded
from helpers.grading.core import Result
from helpers.grading.harmless import comment_line, markdown_cell, markdown_to_html

LOADS = {"script", "style", "img", "svg", "iframe", "object", "embed", "link", "meta", "base",
         "form", "input", "button", "video", "audio", "math", "template"}  # fmt: skip

HOSTILE = [
    "<script>window.owned = 1</script>",
    "<ScRiPt src=//evil.example/x.js>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "a < b <!-- --><iframe srcdoc='<script>1</script>'>",
    "[click](javascript:alert(1))",
    "[click](JaVa\tScRiPt:alert(1))",
    "[click](&#106;avascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:x) [api](/formgrader/api/grade/1) [odd](//evil.example)",
    "![pixel](https://evil.example/pixel.png)",
    "![x](attachment:picture.png) ![y](../../gradebook.db)",
    "[ref]: javascript:alert(1)\n\n[ref]",
    '[ref]: https://x.example "onmouseover=alert(1) \\" onclick=\\"alert(1)"\n\n[a][ref]',
    "<javascript:alert(1)> <https://ok.example/>",
    "```mermaid\n<script>alert(1)</script>\n<img src=x onerror=alert(1)>\n```",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "# wall-accuracy\n\nformgrader\n===\n",
    "<div id=wall-accuracy class=score><input id=x></div>",
    "$\\href{javascript:alert(1)}{click}$ $$\\style{position:fixed}{x}$$",
    "\\begin{a}<img src=x onerror=alert(1)>\\end{a}",
    "</em></p></div><script>alert(1)</script><div>",
    "line\n\n</div>\n\n<script>alert(1)</script>\n\n<div>",
    "`<script>alert(1)</script>` and | a |\n|---|\n| <script>1</script> |",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    "{{ 7*7 }} {% raw %} \x00\x1b[31m \ud83d \u2028",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style='position:fixed;inset:0;background:red'>everything</p>",
]


class Page(HTMLParser):
    """Notes what a page could do."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LOADS:
            self.wrong.append(tag)
        for name, value in attrs:
            fine = name == "class" or (name == "rel" and tag == "a")
            fine |= name == "href" and (value or "").lower().startswith(("http", "mailto"))
            if not fine:
                self.wrong.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_words_do_nothing_where_nbgrader_renders_them(text: str) -> None:
    for page in (markdown_to_html(text), markdown2html(markdown_cell(text, "a <b>copy</b>"))):
        assert Page(page).wrong == []
    assert "\\" not in markdown_cell(text, "") and "$" not in markdown_cell(text, "")
    assert "\n" not in markdown_cell(text, "")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_comment_does_nothing_in_nbgraders_feedback(text: str) -> None:
    line = comment_line(text)
    assert "\n" not in line
    assert Page(markdown2html(line)).wrong == []


def test_the_text_of_hostile_html_is_still_read() -> None:
    shown = Page(markdown_to_html("if a<b then <script>alert(1)</script>, *really*")).text
    assert shown == "if a<b then <script>alert(1)</script>, really\n"


def test_ordinary_words_keep_their_form() -> None:
    text = "**Bold**, a list:\n\n- [one](https://x.example/a?b=1&c=2)\n- `x < 3`"
    text += "\n\n| a |\n|---|\n| 1 |"
    page = markdown_to_html(text)
    for part in ("<strong>Bold</strong>", "<li>", 'href="https://x.example/a?b=1&amp;c=2"',
                 "<code>x &lt; 3</code>", "<td>1</td>"):  # fmt: skip
        assert part in page
    shown = markdown2html(markdown_cell(text, "A copy."))
    assert Page(shown).text.startswith("A copy.Bold, a list:")
    assert "<strong>Bold</strong>" in shown


@pytest.mark.parametrize(
    "text", ["[" * 10**6, "*a " * 10**6, ">" * 10**6, "`" * 10**6, "<a " * 10**6, "- " * 10**6,
             "![[" * 10**6, "\n" * 10**6, "|a" * 10**6, "$$ " * 10**6],
)  # fmt: skip
def test_a_flood_is_shown_in_part_and_soon(text: str) -> None:
    start = time.perf_counter()
    page = markdown_cell(text, "A copy.")
    assert len(page) < 500_000
    assert "more characters" in page
    assert time.perf_counter() - start < 60  # hundredths of a second, on an idle machine


def test_a_card_escapes_what_the_learner_made() -> None:
    evil = "<script>alert(1)</script>$\\href{javascript:1}{x}$\x1b[31m"
    found = {name: evil for name in ("code", "message", "expected", "got", "look_again", "details")}
    result = Result("wall-accuracy", "wall.accuracy", "wrong", 0, 2, (found,), printed=evil)
    for output in autograded.outputs_of(result):
        page = output.get("data", {}).get("text/html", "")
        assert "<script" not in page
        assert not page or page.startswith('<div class="tex2jax_ignore')


def test_attachments_and_outputs_of_a_submission_are_dropped() -> None:
    cell = nbformat.v4.new_markdown_cell("![x](attachment:a.svg)")
    cell.metadata.nbgrader = {"grade_id": "a", "solution": True, "grade": True, "points": 1,
                              "locked": False, "checksum": "0"}  # fmt: skip
    cell.attachments = {"a.svg": {"image/svg+xml": "<svg onload=alert(1)>"}}
    code = nbformat.v4.new_code_cell("1")
    code.outputs = [nbformat.v4.new_output("stream", name="stdout", text="<script>")]
    notebook = autograded.read_notebook(nbformat.v4.new_notebook(cells=[cell, code]))
    autograded.prepare(notebook, {})
    text = autograded.fill(notebook, {}, "submitted/ada/x/").decode()
    assert "svg+xml" not in text
    assert "script" not in text
    assert utils.is_solution(notebook.cells[0])
