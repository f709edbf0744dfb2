"""The reports in a real browser: nothing that a submission holds runs, loads or becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from report_records import a_class, keep

from helpers.grading.core import Manual, Record, Result
from helpers.grading.records import Records, Standing, file_name
from helpers.grading.reports.write import write_reports

#: Each would open a dialog, ask the network, move the page, or leave an element marked "evil".
PAYLOADS = (
    "<script>alert(1)</script>",
    "</code></pre><script>alert(1)</script>",
    "</style><script>alert(1)</script><style>body{display:none}",
    "</textarea></title><img src=http://evil.example/x.png onerror=alert(1) class=evil>",
    '"><svg/onload=alert(1) class=evil><animate onbegin=alert(1)>',
    "' onmouseover='alert(1)' class='evil",
    '" autofocus onfocus="alert(1)" class="evil',
    '<svg><script href="data:text/javascript,alert(1)"/><a xlink:href="javascript:alert(1)">',
    "<math><mtext><style><!--</style><img title='--><img class=evil src onerror=alert(1)>'>",
    "[click](javascript:alert(1)) ![x](http://evil.example/y.png) <javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'><base href=http://evil.example>",
    "<link rel=stylesheet href=http://evil.example/z.css class=evil>",
    "<style>body{background:url(http://evil.example/w.png)}</style>",
    "<iframe srcdoc='<script>parent.alert(1)</script>' class=evil></iframe>",
    "<form action=http://evil.example><input name=evil><button>Go</button></form>",
    "}</style>body{background:url('http://evil.example/v')}/* expression(alert(1)) */",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}${7*7}",
    "\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07\x1b[31m<b class=evil>red</b>\x1b[0m",
    "\u202e<b class=evil>\u2066\u200b\x00</b>\ud800",
    "&lt;script&gt;alert(1)&lt;/script&gt;<!--",
    "]]><b class=evil>",
    "$\\href{javascript:alert(1)}{x}$",
)  # fmt: skip

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "div", "p", "h1", "h2", "h3",
    "bdi", "main", "section", "span", "svg", "rect", "ol", "ul", "li", "article", "dl", "dt", "dd",
    "details", "summary", "pre", "code", "blockquote", "footer", "nav", "strong", "figure",
    "figcaption", "picture", "source", "img", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

ELEMENTS = """() => [...document.querySelectorAll('*')].map(element => [
    element.localName, [...element.attributes].map(one => [one.name, one.value])])"""

POINT_AT_ALL = """() => document.querySelectorAll('*').forEach(element => {
    for (const kind of ['mouseover', 'focus', 'toggle', 'load', 'error'])
        element.dispatchEvent(new Event(kind));
    if (element.localName === 'details') element.open = true;
})"""


def hostile(payload: str, index: int) -> Record:
    """Return a record with a payload wherever a submission can put text."""
    finding = dict.fromkeys(
        ("code", "message", "expected", "got", "look_again", "details"), payload
    )
    wrong = Result(
        "wall-accuracy", "wall.accuracy", "wrong", 0, 2, (finding,), payload, payload, payload
    )
    right = Result("wall-evaluate", "wall.evaluate", "correct", 2, 2, note=payload, printed=payload)
    lost = Result("wall-class_weights", "wall.class_weights", "missing", 0, 2, cause=payload)
    stopped = Result("wall-seed_everything", "wall.seed_everything", "crash", 0, 2, cause=payload)
    answers = {
        "answer-accuracy": payload, "wall-evaluate": f"x = '''{payload}'''\n# {payload}\n",
        "other": payload,
    }  # fmt: skip
    manual = (Manual("wall-reflection", 2.0, payload, True),)
    results = (wrong, right, lost, stopped)
    student = f"{payload}{index}"
    return Record(
        f"{index:064x}", student, "00_the_wall", results, manual, answers, (payload,), payload
    )


@dataclass
class Seen:
    """A page that was opened, and what it tried."""

    page: Page
    dialogs: list[str]
    requests: list[str]
    problems: list[str]


def opened(chromium: Browser, path: Path, **how: object) -> Iterator[Seen]:
    context = chromium.new_context(**how)  # type: ignore[arg-type]
    page = context.new_page()
    seen = Seen(page, [], [], [])
    page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda message: seen.problems.append(message.text))
    page.on("pageerror", lambda error: seen.problems.append(str(error)))
    page.goto(path.as_uri())
    yield seen
    context.close()


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a class in which every learner is hostile, with a few honest ones among them."""
    folder = tmp_path_factory.mktemp("classes") / "<b class=evil>Autumn<script>alert(1)<"
    keep(folder, a_class(3), refused=False)
    store = Records(folder)
    for index, payload in enumerate(PAYLOADS):
        # What is read back from disk has no lone surrogates.
        one = hostile(payload.encode("utf-8", "replace").decode(), index)
        store.save(one)
        store.settle(Standing(one.student, one.lesson, one.key, "2026"))
        store.settle(Standing(f"no{one.student}", one.lesson, "", "2026", one.notes[0]))
    write_reports(folder)
    write_reports(folder, anonymous=True)
    return folder


def assert_harmless(seen: Seen, path: Path) -> None:
    """Nothing ran, nothing was asked for, and every element and attribute is the templates' own."""
    seen.page.evaluate(POINT_AT_ALL)
    seen.page.wait_for_timeout(50)
    assert seen.dialogs == [] and seen.problems == []
    assert {url for url in seen.requests if not url.startswith("data:image/svg+xml")} == {
        path.as_uri()
    }
    assert seen.page.url == path.as_uri()
    for name, attributes in seen.page.evaluate(ELEMENTS):
        assert name in ALLOWED
        for attribute, value in attributes:
            assert not attribute.startswith("on") and attribute != "style"
            assert "evil" not in value or attribute in ("aria-label", "href", "alt")
            if attribute == "href":
                assert value.startswith(("#", "feedback/"))
            if attribute in ("src", "srcset"):
                assert value.startswith("data:image/svg+xml;base64,")
    assert seen.page.locator(".evil, [name=evil], script, iframe, form, input, link").count() == 0
    policy = seen.page.locator("meta[http-equiv]")
    assert policy.count() == 1
    assert str(policy.get_attribute("content")).startswith("default-src 'none'")


@pytest.mark.parametrize("index", range(len(PAYLOADS)))
def test_a_learners_page_is_harmless(index: int, reported: Path, chromium: Browser) -> None:
    one = hostile(PAYLOADS[index].encode("utf-8", "replace").decode(), index)
    for student in (one.student, f"no{one.student}"):
        path = reported / "report/feedback" / file_name(student) / "00_the_wall.html"
        for seen in opened(chromium, path):
            assert_harmless(seen, path)
            assert seen.page.locator("h1").inner_text() == "00 · The wall"


@pytest.mark.parametrize("name", ["index.html", "anonymous.html"])
def test_the_class_report_is_harmless(name: str, reported: Path, chromium: Browser) -> None:
    path = reported / "report" / name
    for seen in opened(chromium, path):
        assert_harmless(seen, path)
        assert "<b class=evil>Autumn" in seen.page.locator("h1").inner_text()


def test_what_was_written_is_shown_as_it_was_written(reported: Path, chromium: Browser) -> None:
    one = hostile(PAYLOADS[0], 0)
    path = reported / "report/feedback" / file_name(one.student) / "00_the_wall.html"
    for seen in opened(chromium, path):
        assert seen.page.locator("pre.code").first.inner_text() == PAYLOADS[0]
        assert seen.page.locator("blockquote").inner_text() == PAYLOADS[0]
        assert seen.page.locator("header bdi").inner_text() == one.student


def test_the_policy_alone_would_stop_a_script(reported: Path, chromium: Browser) -> None:
    """Should an escape be forgotten one day: markup that gets in still does nothing."""
    one = hostile(PAYLOADS[0], 0)
    path = reported / "report/feedback" / file_name(one.student) / "00_the_wall.html"
    leak = (
        "<script>alert(1)</script><img src=http://evil.example/a.png onerror=alert(2)>"
        "<style>body{display:none}</style><p id=leak style='display:none'>here</p>"
    )
    broken = path.with_name("broken.html")
    broken.write_text(path.read_text("utf-8").replace("<main", f"{leak}<main", 1), "utf-8")
    for seen in opened(chromium, broken):
        assert seen.page.locator("#leak").is_visible()
        assert seen.dialogs == []
        assert len([text for text in seen.problems if "Content Security Policy" in text]) >= 4
    without = path.with_name("without.html")
    text = broken.read_text("utf-8").replace("Content-Security-Policy", "X-None")
    without.write_text(text, "utf-8")
    for seen in opened(chromium, without):
        assert "1" in seen.dialogs  # so the test above would notice
    broken.unlink()
    without.unlink()


@pytest.mark.parametrize("width", [320, 375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_telephone_in_light_and_dark(
    width: int, scheme: str, reported: Path, chromium: Browser
) -> None:
    learner = reported / "report/feedback/student0000/02_selective_unfreezing.html"
    how = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    for path in (learner, reported / "report/index.html"):
        for seen in opened(chromium, path, **how):
            wide = seen.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0
            shown = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert (shown == "rgb(247, 246, 242)") == (scheme == "light")
            for picture in seen.page.locator("img").all():
                assert picture.evaluate("image => image.complete && image.naturalWidth") > 100
                assert len(str(picture.get_attribute("alt"))) > 40
                source = picture.evaluate("image => image.currentSrc === image.src")
                assert source == (scheme == "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_headings_landmarks_and_contrast(
    scheme: str, reported: Path, chromium: Browser
) -> None:
    learner = reported / "report/feedback/student0000/02_selective_unfreezing.html"
    for path in (learner, reported / "report/index.html"):
        for seen in opened(chromium, path, color_scheme=scheme):
            page = seen.page
            page.evaluate(POINT_AT_ALL)
            assert page.locator("html").get_attribute("lang") == "en"
            assert page.locator("main").count() == page.locator("h1").count() == 1
            levels = [int(name[1]) for name in page.evaluate(HEADINGS)]
            assert all(after - before <= 1 for before, after in pairwise(levels))
            page.evaluate("document.activeElement.blur()")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
            page.keyboard.press("Enter")
            expect(page).to_have_url(re.compile("#main$"))  # the page moves after the key
            low = page.evaluate(CONTRASTS)
            assert low == []


HEADINGS = "() => [...document.querySelectorAll('h1,h2,h3,h4')].map(one => one.localName)"

CONTRASTS = """() => {
    const numbers = text => text.match(/[\\d.]+/g).map(Number);
    const light = rgb => rgb.slice(0, 3).map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, place) => sum + value * [0.2126, 0.7152, 0.0722][place], 0);
    const behind = element => {
        for (; element; element = element.parentElement) {
            const rgb = numbers(getComputedStyle(element).backgroundColor);
            if (rgb.length < 4 || rgb[3] > 0) return rgb;
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll('body *')].filter(element =>
        [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    ).map(element => {
        const [a, b] = [light(numbers(getComputedStyle(element).color)), light(behind(element))];
        return [element.className, element.innerText,
            (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    }).filter(([, , ratio]) => ratio < 4.5);
}"""
"""Every element with text of its own whose contrast is below what WCAG asks for (AA)."""
